"""Who takes what, and what work needs, in set-up: listed at a constant price, saved, refused beside the field."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.duty.models import Ability, Need
from firstline.core.journal.models import Entry
from firstline.core.people.models import Person
from tests import world

pytestmark = pytest.mark.django_db
DESK = "/console/setup/it"


@pytest.fixture
def olga(db: None) -> Person:
    return world.person("Olga", team=world.front())


@pytest.mark.parametrize(("name", "costs"), [("abilities", 6), ("needs", 7)])
def test_a_list_costs_the_same_for_one_and_for_three(
    client: Client, name: str, costs: int, django_assert_num_queries: DjangoAssertNumQueries
):
    for names in (["One"], ["Two", "Three"]):
        for which in names:
            Ability.objects.create(person=world.person(which, team=world.front()), capacity=3, skills=["pos"])
            Need.objects.create(service=world.service(which.lower()), skills=["pos"])
        with django_assert_num_queries(costs):
            page = client.get(f"{DESK}/{name}").content.decode()

    assert page.count("<span>pos</span>") == 3


def test_what_a_colleague_takes_is_said_and_shown(client: Client, olga: Person):
    filled = {"capacity": "4", "languages": ["en", "uk"], "skills": "Linux, pos,, linux", "own_site_only": "on"}

    page = client.post(f"{DESK}/abilities/{olga.pk}", filled, follow=True).content.decode()

    ability = Ability.objects.get()
    assert (ability.capacity, ability.languages, ability.skills, ability.own_site_only) == (
        4, ["en", "uk"], ["linux", "pos"], True
    )  # fmt: skip
    assert [word in page for word in ("4 tickets at once", "English, Українська", "linux, pos", "own site only")] == [
        True
    ] * 4
    assert 'value="linux, pos"' in client.get(f"{DESK}/abilities/{olga.pk}").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"capacity": "-1"}, "capacity"), ({"languages": "fr"}, "languages"), ({"skills": "x" * 41}, "skills")],
)
def test_what_nobody_can_take_is_refused_beside_the_field_and_nothing_is_written(
    client: Client, olga: Person, wrong: dict[str, str], field: str
):
    before = Entry.objects.count()

    answer = client.post(f"{DESK}/abilities/{olga.pk}", wrong)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (Ability.objects.count(), Entry.objects.count()) == (0, before)


def test_what_a_service_and_a_team_need_is_said_and_shown(client: Client):
    service, team = world.service(), world.front()

    client.post(f"{DESK}/needs/services/{service.pk}", {"skills": "Linux", "languages": "uk"})
    page = client.post(f"{DESK}/needs/teams/{team.pk}", {"skills": "pos"}, follow=True).content.decode()

    assert list(Need.objects.order_by("pk").values_list("service", "team", "skills", "languages")) == [
        (service.pk, None, ["linux"], ["uk"]), (None, team.pk, ["pos"], [])
    ]  # fmt: skip
    assert ("linux" in page, "pos" in page) == (True, True)


def test_a_need_that_cannot_be_is_refused_beside_the_field(client: Client):
    answer = client.post(f"{DESK}/needs/teams/{world.front().pk}", {"skills": "x" * 41})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["skills"])
    assert not Need.objects.exists()


def test_people_services_and_teams_of_another_desk_are_not_there(client: Client, stranger: Client, olga: Person):
    service = world.service()
    paths = [f"abilities/{olga.pk}", f"needs/services/{service.pk}", f"needs/teams/{world.front().pk}"]

    answers = [stranger.post(f"/console/setup/{desk}/{path}").status_code for desk in ("hr", "it") for path in paths]

    assert answers == [404] * 6
    assert (Ability.objects.count(), Need.objects.count()) == (0, 0)


def test_who_only_manages_the_desk_takes_nothing(client: Client, maria: Person, olga: Person):
    page = client.get(f"{DESK}/abilities").content.decode()

    assert client.get(f"{DESK}/abilities/{maria.pk}").status_code == 404
    assert f"/abilities/{olga.pk}" in page
