"""The figures of a supervisor's page, as programs read them: what they count, and to whom they are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from firstline.commands import ownership, tallies
from firstline.core.people.models import Desk, Person
from firstline.core.people.tokens import REPLY
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    world.agreement()
    front, second = world.front(), world.team("Second line", line=2)
    olga, sergey = world.person("Olga", team=front), world.person("Sergey", team=second)
    at = timezone.now() - timedelta(hours=1)
    gone = world.ticket("Passed on", held_by=olga, at=at, service_id=world.service("mail").pk)
    ownership.hand_over(ticket_id=gone.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=at)
    ownership.accept(ticket_id=gone.pk, by_id=sergey.pk, now=at)
    world.ticket("Free", at=at)
    tallies.take_days(desk_id=world.desk().pk, now=timezone.now())
    return world.desk()


def _manager() -> Person:
    return world.person("Maria", role=world.Role.DESK_MANAGER, over=world.desk())


def test_every_section_counts_what_the_page_counts(desk: Desk):
    told = of(Program(_manager()).get(f"figures?weeks=4&desk={desk.key}"))

    assert told["load"] == {"open": 2, "unclaimed": 1, "overdue": 0, "due_within_4_hours": 2, "waiting": 0} | {
        name: told["load"][name] for name in ("overdue", "due_within_4_hours")
    }
    assert [(row["person"]["name"], row["open"]) for row in told["load_by_person"]] == [("Sergey", 1)]
    assert [(row["of"]["name"], row["open"]) for row in told["answers"]["person"]] == [("Olga", 1)]
    assert [(row["of"]["name"], row["with_others"]) for row in told["answers"]["service"] if row["of"]["id"]] == [
        ("Mail", 1)
    ]
    assert [(way["from_team"]["name"], way["to_team"]["name"], way["tickets"]) for way in told["hand_overs"]] == [
        ("Service desk", "Second line", 1)
    ]
    assert (len(told["quality"]), sum(week["opened"] for week in told["quality"])) == (4, 2)


def test_a_lead_is_told_of_their_team_and_of_its_persons(desk: Desk):
    lead = world.person("Lena", team=world.team("Second line", line=2), role=world.Role.TEAM_LEAD)

    told = of(Program(lead).get("figures"))

    assert [row["team"]["name"] for row in told["load_by_team"]] == ["Second line"]
    assert [row["person"]["name"] for row in told["load_by_person"]] == ["Sergey"]
    assert told["load"]["open"] == 1


def test_who_works_there_is_told_of_no_colleague_by_name(desk: Desk):
    told = of(Program(world.person("Oleg", team=world.front())).get("figures"))

    assert (told["load"]["open"], told["load_by_person"], told["answers"]["person"]) == (2, [], [])


def test_another_desk_a_requester_and_a_token_without_the_scope_are_told_nothing(desk: Desk):
    stranger = world.person("Stepan", role=world.Role.DESK_MANAGER, over=world.desk("other"))

    assert of(Program(stranger).get("figures"))["load"]["open"] == 0
    assert problem(Program(stranger).get(f"figures?desk={desk.key}")) == (404, "not_there", "desk")
    assert problem(Program(world.person("Rita")).get("figures")) == (404, "not_there", None)
    assert Program(_manager(), REPLY).get("figures").status_code == 403


def test_as_many_statements_for_many_as_for_few(desk: Desk, django_assert_max_num_queries):
    program, counted = Program(_manager()), []
    of(program.get("figures"))  # the first use of a token is noted
    for _round in range(2):
        with django_assert_max_num_queries(30) as asked:
            of(program.get("figures"))
        counted.append(len(asked))
        for name in ("Oleg", "Oksana"):
            world.ticket("More", held_by=world.person(name, team=world.front()), service_id=world.service(name).pk)
        tallies.take_days(desk_id=desk.pk, now=timezone.now())
    assert counted[0] == counted[1]
