"""Instructions are written in set-up: steps in three languages, teams they bring in, a version at each saving."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.services.models import InstructionVersion
from tests import world

pytestmark = pytest.mark.django_db
ROOT = "/console/setup/it/instructions"


def test_the_list_costs_the_same_for_one_service_and_for_three(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    counted: list[int] = []
    for names in (("mail",), ("till", "network")):
        for name in names:
            service = world.service(name)
            InstructionVersion.objects.create(service=service, version=1, steps=[{"text": {"en": "Ask"}}])
        with django_assert_max_num_queries(10) as asked:
            page = client.get(ROOT).content.decode()
        counted.append(len(asked))

    assert counted[0] == counted[1]
    assert page.count("1 step") == 3


def test_an_instruction_is_published_and_edited_as_a_new_version(client: Client):
    service, tills = world.service("mail"), world.team("POS support", line=3)
    filled = {
        "alone_en": "A restart", "text_0_en": "Ask", "text_0_uk": "Запитайте",
        "text_1_en": "Bring them in", "team_1": str(tills.pk), "how_1": "hand_over",
    }  # fmt: skip

    said = client.post(f"{ROOT}/{service.pk}", filled, follow=True).content.decode()
    assert "It is published" in said
    client.post(f"{ROOT}/{service.pk}", {"text_0_en": "Ask twice"})

    first, second = service.instructions.order_by("version")
    assert first.steps == [
        {"text": {"en": "Ask", "uk": "Запитайте"}, "team": None},
        {"text": {"en": "Bring them in"}, "team": tills.pk, "how": "hand_over"},
    ]
    assert (first.alone, second.version, second.steps[0]["text"]) == ({"en": "A restart"}, 2, {"en": "Ask twice"})
    page = client.get(f"{ROOT}/{service.pk}").content.decode()
    assert ("version 1" in page, "Ask twice" in page) == (True, True)


def test_a_service_of_another_desk_is_not_there(client: Client):
    theirs = world.service("mail", of=world.desk("other"))

    assert client.get(f"{ROOT}/{theirs.pk}").status_code == 404
