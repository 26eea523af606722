"""Colleagues and services: listed at a constant price, brought in, changed, ended; by the desk's manager only."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.people.models import Grant, Invitation, Person
from firstline.core.services.models import Category, Service
from tests import world

pytestmark = pytest.mark.django_db
DESK = "/console/setup/it"
NEWCOMER = {"name": "Nina", "email": "nina@example.org", "language": "uk", "role": "operator", "invited": "on"}
SERVICE = {
    "key": "vpn", "name_en": "VPN", "name_ru": "", "name_uk": "", "about_en": "", "about_ru": "", "about_uk": "",
    "kind": "incident", "impact": "3", "urgency": "2", "weight": "1", "public": "on", "icon": "wifi", "position": "0",
}  # fmt: skip


@pytest.mark.parametrize("name", ["people", "services", "categories"])
def test_a_list_costs_the_same_for_one_and_for_three(
    client: Client, name: str, django_assert_num_queries: DjangoAssertNumQueries
):
    def add(which: str) -> None:
        world.person(which, team=world.front())
        world.service(which.lower(), category=world.category(which.lower()))

    add("One")
    with django_assert_num_queries(6):
        client.get(f"{DESK}/{name}")
    add("Two")
    add("Three")
    with django_assert_num_queries(6):
        client.get(f"{DESK}/{name}")


def test_a_colleague_is_brought_in_with_a_role_and_invited(client: Client):
    team = world.front()

    client.post(f"{DESK}/people/new", {**NEWCOMER, "team": team.pk})

    nina = Person.objects.get(name="Nina")
    assert [(grant.role, grant.team) for grant in nina.grants.all()] == [("operator", team)]
    assert Invitation.objects.get().person == nina
    assert "does not sign in yet" in client.get(f"{DESK}/people").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"), [({"email": "x"}, "email"), ({"team": ""}, "team"), ({"role": "administrator"}, "role")]
)
def test_who_cannot_be_brought_in_is_refused_and_nothing_is_written(client: Client, wrong: dict[str, str], field: str):
    given = {**NEWCOMER, "team": world.front().pk, **wrong}
    before = world.everything()

    answer = client.post(f"{DESK}/people/new", given)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert world.everything() == before


def test_a_role_is_given_and_ended(client: Client):
    second = world.team("POS", line=2)
    olga = world.person("Olga", team=world.front())

    client.post(f"{DESK}/people/{olga.pk}", {"role": "team_lead", "team": second.pk})
    given = Grant.objects.get(role="team_lead")
    shown = client.get(f"{DESK}/people/{olga.pk}").content.decode()
    client.post(f"{DESK}/roles/{given.pk}/end")

    assert "Team lead" in shown
    assert Grant.objects.get(pk=given.pk).ended_at is not None


def test_colleagues_roles_and_services_of_another_desk_are_not_there(client: Client, stranger: Client):
    olga = world.person("Olga", team=world.front())
    service = world.service()
    paths = [f"people/{olga.pk}", f"people/{olga.pk}/invite", f"roles/{olga.grants.get().pk}/end",
             f"services/{service.pk}", f"services/{service.pk}/end"]  # fmt: skip

    assert [stranger.post(f"/console/setup/hr/{path}").status_code for path in paths] == [404] * 5


def test_a_service_is_offered_changed_and_offered_no_longer(client: Client):
    client.post(f"{DESK}/services/new", SERVICE)
    made = Service.objects.get(key="vpn")
    client.post(f"{DESK}/services/{made.pk}", {**SERVICE, "name_uk": "ВПН", "guarded": "on", "public": ""})
    changed = Service.objects.get()
    client.post(f"{DESK}/services/{made.pk}/end")

    assert (made.name, made.urgency, made.public) == ({"en": "VPN"}, 2, True)
    assert (changed.name, changed.guarded, changed.public) == ({"en": "VPN", "uk": "ВПН"}, True, False)
    assert Service.objects.get().ended_at is not None


@pytest.mark.parametrize("weight", ["0", "101", "much"])
def test_a_weight_that_cannot_be_is_said_beside_it_and_nothing_changes(client: Client, weight: str):
    service = world.service()

    answer = client.post(f"{DESK}/services/{service.pk}", {**SERVICE, "weight": weight, "guarded": "on"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["weight"])
    assert Service.objects.get().guarded is False


def test_from_a_colleague_and_a_service_leads_a_way_to_what_they_take_and_need(client: Client, maria: Person):
    olga, service = world.person("Olga", team=world.front()), world.service()

    pages = [client.get(f"{DESK}/{path}").content.decode()
             for path in (f"people/{olga.pk}", f"services/{service.pk}", f"people/{maria.pk}")]  # fmt: skip

    assert f'href="{DESK}/abilities/{olga.pk}"' in pages[0]
    assert f'href="{DESK}/needs/services/{service.pk}"' in pages[1]
    assert "/abilities/" not in pages[2]


def test_a_key_that_is_taken_is_said_beside_it(client: Client):
    world.service("vpn")

    answer = client.post(f"{DESK}/services/new", SERVICE)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["key"])


def test_a_category_is_added_below_another(client: Client):
    above = world.category()

    client.post(f"{DESK}/categories/new", {"key": "toner", "name_en": "Toner", "parent_id": above.pk})

    assert Category.objects.get(key="toner").parent == above


def test_what_an_hour_of_a_colleague_costs_is_said_and_refused_below_zero(client: Client):
    nina = world.person("Nina", team=world.front())
    path = f"{DESK}/people/{nina.pk}/rate"

    assert "In EUR." in client.get(path).content.decode()
    assert client.post(path, {"hour_rate": "-1"}).status_code == 422
    client.post(path, {"hour_rate": "18.50"})
    nina.refresh_from_db()
    assert str(nina.hour_rate) == "18.50"
    client.post(path, {"hour_rate": ""})
    nina.refresh_from_db()
    assert nina.hour_rate is None


def test_what_an_hour_of_another_desks_colleague_costs_is_not_there(client: Client):
    stranger = world.person("Stepan", team=world.front(world.desk("other")))

    assert client.post(f"{DESK}/people/{stranger.pk}/rate", {"hour_rate": "1"}).status_code == 404
