"""The page of teams: listed at a constant price, made, ended, refused."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.people.models import Team
from tests import world

pytestmark = pytest.mark.django_db


def test_the_list_costs_the_same_for_one_team_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(6):
        client.get("/console/setup/it/teams")
    for name in ("Network", "POS"):
        world.person(f"Of {name}", team=world.team(name, line=2))
    with django_assert_num_queries(6):
        page = client.get("/console/setup/it/teams").content.decode()

    assert "Second line: support engineers" in page
    assert "1 person" in page


def test_a_team_is_made_and_ended(client: Client):
    made = client.post("/console/setup/it/teams/new", {"name": "Network", "line": "3"}, follow=True)
    team = Team.objects.get(name="Network")
    ended = client.post(f"/console/setup/it/teams/{team.pk}/end", follow=True)

    team.refresh_from_db()
    assert (team.line, team.front, team.ended_at is not None) == (3, False, True)
    assert "Network" in made.content.decode()
    assert "Network has ended." in ended.content.decode()


def test_a_second_front_is_refused_beside_the_field(client: Client):
    answer = client.post("/console/setup/it/teams/new", {"name": "Night", "line": "1", "front": "on"})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"front": ["This desk has a front team already."]}


def test_a_team_of_another_desk_is_not_there(client: Client):
    other = world.team("Payroll", line=2, of=world.desk("hr"))

    assert client.post(f"/console/setup/it/teams/{other.pk}/end").status_code == 404
    assert Team.objects.get(pk=other.pk).ended_at is None
