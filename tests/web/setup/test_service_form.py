"""A service's form is written in set-up: typed fields, choices, conditions, in versions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from firstline.commands.setup import catalogue
from firstline.core.services.models import FormVersion, Service
from firstline.web.setup import form_fields
from tests import world

pytestmark = pytest.mark.django_db

TILL = {"value": "till", "label": {"en": "A till", "uk": "Каса"}}
OFFICE = {"value": "office", "label": {"en": "An office", "uk": "Офіс"}}


@pytest.fixture
def service() -> Service:
    return world.service()


def _address(service: Service) -> str:
    return f"/console/setup/it/services/{service.pk}/form"


def _row(at: int, label: str, kind: str, **more: Any) -> dict[str, Any]:
    given = {"place": str(at + 1), "label_en": label, "type": kind, **more}
    names = {"label_en": f"label_{at}_en", "choices_en": f"choices_{at}_en", "choices_uk": f"choices_{at}_uk"}
    return {names.get(name, f"{name}_{at}"): value for name, value in given.items()}


def _publish(client: Client, service: Service, *rows: dict[str, Any]) -> Any:
    given = {f"type_{at}": "text" for at in range(8)}
    for row in rows:
        given |= row
    return client.post(_address(service), given)


def test_fields_are_published_as_a_version_and_asked_by_the_portal(client: Client, service: Service):
    _publish(
        client, service,
        _row(0, "Where is it?", "choice", choices_en="A till\nAn office", choices_uk="Каса\nОфіс", required="on"),
        _row(1, "Serial number", "text", limit="40"),
    )  # fmt: skip

    form = FormVersion.objects.get()
    assert form.version == 1
    assert form.fields[0] == {
        "key": "where_is_it", "type": "choice", "label": {"en": "Where is it?"}, "required": True,
        "choices": [{"value": "a_till", "label": {"en": "A till", "uk": "Каса"}},
                    {"value": "an_office", "label": {"en": "An office", "uk": "Офіс"}}],
    }  # fmt: skip
    assert form.fields[1]["limit"] == 40
    assert "Serial number" in Client().get(f"/ask/{service.key}/").content.decode()


def test_a_condition_is_written_in_the_words_of_the_form_and_its_keys_and_values_stay(client: Client, service: Service):
    fields = [{"key": "kind", "type": "choice", "label": {"en": "Kind"}, "choices": [TILL, OFFICE]}]
    catalogue.publish_form(service_id=service.pk, fields=fields, by_id=None, now=world.NINE)

    _publish(
        client, service,
        _row(0, "What kind of place?", "choice", key="kind", choices_en="The till\nAn office", choices_uk="Каса\nОфіс"),
        _row(1, "Number of the till", "number", when="kind", **{"is": "каса"}),
    )  # fmt: skip

    newest = FormVersion.objects.latest("version")
    assert [choice["value"] for choice in newest.fields[0]["choices"]] == ["till", "office"]
    assert newest.fields[1]["when"] == {"field": "kind", "is": "till"}
    assert 'value="The till"' in client.get(_address(service)).content.decode()


def test_fields_are_put_in_another_order_and_asked_no_longer(client: Client, service: Service):
    fields = [{"key": key, "type": "text", "label": {"en": key}} for key in ("one", "two", "three")]
    catalogue.publish_form(service_id=service.pk, fields=fields, by_id=None, now=world.NINE)

    _publish(
        client, service, _row(0, "one", "text", key="one", place="9"), _row(1, "two", "text", key="two", gone="on"),
        _row(2, "three", "text", key="three"),
    )  # fmt: skip

    assert [each["key"] for each in FormVersion.objects.latest("version").fields] == ["three", "one"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (_row(1, "Choose", "choice"), "needs choices"),
        (_row(1, "Second", "text", key="Bad Key"), "lower-case letters"),
        (_row(1, "Second", "text", key="first"), "used once"),
        (_row(0, "First", "text", key="first", when="first"), "must come before it"),
    ],
)
def test_what_is_wrong_is_said_beside_its_row_and_nothing_is_published(
    client: Client, service: Service, row: dict[str, Any], said: str
):
    first = {"key": "first", "type": "text", "label": {"en": "First"}}
    catalogue.publish_form(service_id=service.pk, fields=[first], by_id=None, now=world.NINE)

    answer = _publish(client, service, _row(0, "First", "text", key="first"), row)

    assert (answer.status_code, FormVersion.objects.count()) == (422, 1)
    assert any(
        said in str(errors) for name, errors in answer.context["form"].errors.items() if name.startswith("label")
    )


def test_a_service_of_another_desk_is_not_there(stranger: Client, client: Client, service: Service):
    assert [who.get(_address(service)).status_code for who in (stranger, client)] == [404, 200]


def test_conditions_read_as_they_were_written():
    box = {"key": "on", "type": "checkbox"}
    choice = {"key": "kind", "type": "choice", "choices": [TILL, OFFICE]}

    kept = [form_fields.value_of(box, "Так"), form_fields.value_of(box, "no"), form_fields.value_of(choice, "офіс")]

    assert kept == ["True", "False", "office"]
    assert form_fields.said_of(box, "True", "en", "yes", "no") == "yes"
    assert form_fields.said_of(choice, "office", "uk", "yes", "no") == "Офіс"
    assert form_fields.key_from({"uk": "Каса"}, 3, ()) == "field_4"
    assert form_fields.key_from({"en": "Till"}, 0, ("till", "till_2")) == "till_3"
