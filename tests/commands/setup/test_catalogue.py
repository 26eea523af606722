"""Services, forms, instructions and categories."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands.setup import catalogue, desks
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Person
from firstline.core.services.models import Service
from tests import world

FIELDS: list[dict[str, Any]] = [{"key": "till", "type": "number", "label": {"en": "Till"}, "required": True}]
_LONGER: list[dict[str, Any]] = [*FIELDS, {"key": "shop", "type": "text", "label": {"en": "Shop"}}]


@pytest.fixture
def chief(db: None) -> Person:
    """Return the manager of the desk."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=world.desk())


def _service(chief: Person, **given: object) -> Service:
    whole = {"desk_id": world.desk().pk, "key": "pos", "name": {"en": "Tills"}, "by_id": chief.pk, "now": world.NINE}
    return catalogue.make_service(**{**whole, **given})  # type: ignore[arg-type]


def test_a_service_is_offered_with_its_words_and_team(chief: Person):
    tills = world.team("Tills", line=3)

    service = _service(chief, name={"en": "Tills", "uk": "Каси", "ru": " "}, team_id=tills.pk, impact=2)

    assert (service.name, service.team, service.impact) == ({"en": "Tills", "uk": "Каси"}, tills, 2)
    assert [entry.kind for entry in journal.told(f"service:{service.pk}")] == ["service made"]


@pytest.mark.parametrize(
    "given",
    [{"key": "No Key"}, {"name": {}}, {"name": {"de": "Kassen"}}, {"impact": 0}, {"urgency": 5}, {"kind": "wish"},
     {"icon": "<svg>"}],
)  # fmt: skip
def test_a_service_that_cannot_be_is_refused(chief: Person, given: dict[str, object]):
    with world.refused(BadInput):
        _service(chief, **given)


def test_a_service_goes_to_no_team_of_another_desk(chief: Person):
    elsewhere = world.team("Elsewhere", of=world.desk("other"))

    with world.refused(NotThere):
        _service(chief, team_id=elsewhere.pk)


def test_a_key_is_used_once_in_a_desk(chief: Person):
    _service(chief)

    with world.refused(desks.KeyTaken):
        _service(chief)


def test_an_operator_offers_nothing(chief: Person):
    olga = world.person("Olga", team=world.team())

    with world.refused(NotAllowed):
        _service(chief, by_id=olga.pk)


def test_another_desks_service_is_not_changed(chief: Person):
    theirs = world.service("vpn", of=world.desk("other"))

    with world.refused(NotAllowed):
        catalogue.change_service(service_id=theirs.pk, by_id=chief.pk, now=world.NINE, impact=1)
    with world.refused(NotAllowed):
        catalogue.publish_form(service_id=theirs.pk, fields=FIELDS, by_id=chief.pk, now=world.NINE)


def test_a_change_is_told_with_what_differs_and_an_ended_service_is_gone(chief: Person):
    service = _service(chief)

    catalogue.change_service(service_id=service.pk, by_id=chief.pk, now=world.NINE, impact=1, kind="incident")
    catalogue.end_service(service_id=service.pk, by_id=chief.pk, now=world.NINE)

    told = journal.told(f"service:{service.pk}")
    assert [entry.kind for entry in told] == ["service made", "service changed", "service ended"]
    assert told[1].facts == {"impact": 1}
    alex = world.person("Alex", role=world.Role.ADMINISTRATOR)
    with world.refused(NotThere):
        catalogue.change_service(service_id=service.pk, by_id=alex.pk, now=world.NINE, impact=2)


def test_a_form_is_published_in_versions(chief: Person):
    service = _service(chief)

    versions = [
        catalogue.publish_form(service_id=service.pk, fields=fields, by_id=chief.pk, now=world.NINE).version
        for fields in (FIELDS, _LONGER)
    ]

    assert versions == [1, 2]
    assert service.forms.get(version=1).fields == FIELDS


@pytest.mark.parametrize("type_", ["magic", "choice"])
def test_a_form_that_cannot_be_asked_is_refused(chief: Person, type_: str):
    service = _service(chief)
    fields = [{"key": "x", "type": type_, "label": {"en": "X"}}]

    with world.refused(BadInput):
        catalogue.publish_form(service_id=service.pk, fields=fields, by_id=chief.pk, now=world.NINE)


def test_an_instruction_names_steps_and_whom_to_bring_in(chief: Person):
    service, tills = _service(chief), world.team("Tills", line=3)

    published = catalogue.publish_instruction(
        service_id=service.pk, steps=[{"text": {"en": "Ask"}}, {"text": {"en": "Hand over"}, "team": tills.pk}],
        by_id=chief.pk, now=world.NINE,
    )  # fmt: skip

    assert published.steps == [
        {"text": {"en": "Ask"}, "team": None},
        {"text": {"en": "Hand over"}, "team": tills.pk, "how": "task"},
    ]
    with world.refused(BadInput):
        catalogue.publish_instruction(service_id=service.pk, steps=[{"text": {}}], by_id=chief.pk, now=world.NINE)


def test_a_category_grows_from_a_branch_of_its_own_desk(chief: Person):
    desk = world.desk()
    trunk = catalogue.make_category(
        desk_id=desk.pk, key="hardware", name={"en": "Hardware"}, by_id=chief.pk, now=world.NINE
    )

    twig = catalogue.make_category(
        desk_id=desk.pk, key="tills", name={"en": "Tills"}, parent_id=trunk.pk, by_id=chief.pk, now=world.NINE
    )

    assert twig.parent == trunk
    theirs = world.category("tree", of=world.desk("other"))
    with world.refused(NotThere):
        catalogue.make_category(
            desk_id=desk.pk, key="x", name={"en": "X"}, parent_id=theirs.pk, by_id=chief.pk, now=world.NINE
        )
    with world.refused(desks.KeyTaken):
        catalogue.make_category(desk_id=desk.pk, key="tills", name={"en": "X"}, by_id=chief.pk, now=world.NINE)
