"""A major incident led by a program: proposed, declared, joined by tickets, told, solved; refused to all others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.core.incidents.models import Burst, MajorIncident
from firstline.core.people.models import Person
from firstline.core.people.tokens import READ
from firstline.core.tickets.models import Ticket
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None) -> Person:
    return world.person("Olga", team=world.front())


@pytest.fixture
def tickets(olga: Person) -> list[Ticket]:
    return [world.ticket(f"Till {n} is down", requester=world.person(name)) for n, name in enumerate(("Rita", "Roman"))]


@pytest.fixture
def burst(tickets: list[Ticket]) -> Burst:
    return Burst.objects.create(
        desk=world.desk(), words=["till"], tickets=[ticket.pk for ticket in tickets], usual=0.2,
        within_for=timedelta(minutes=30), found_at=world.NINE, seen_at=world.NINE,
    )  # fmt: skip


def test_a_major_incident_is_declared_joined_told_and_solved(olga: Person, tickets: list[Ticket]):
    program, (first, second) = Program(olga), tickets

    declared = of(program.post(f"tickets/{first.number}/incident", {"headline": {"en": "Tills are down"}}), 201)
    path = f"incidents/{declared['id']}"
    attached = of(program.post(f"{path}/parts", {"ticket": second.number}))
    told = of(program.post(f"{path}/statuses", {"texts": {"en": "We look at it.", "uk": "Ми дивимося."}}))
    running = of(program.get("incidents"))
    solved = of(program.post(f"{path}/resolution", {"how": {"en": "A cable was replaced."}, "cause": "network"}))

    assert (declared["name"], declared["commander"]["name"], declared["parts"]) == ("Tills are down", "Olga", 0)
    assert (attached["parts"], attached["open_parts"]) == (1, 1)
    assert (told["status"], told["told"]) == ({"en": "We look at it.", "uk": "Ми дивимося."}, 1)
    assert [each["id"] for each in running] == [declared["id"]]
    assert solved["ended_at"] is not None
    assert of(program.get("incidents")) == []
    assert of(program.get(path))["told"] == 2
    first.refresh_from_db()
    assert first.state == "resolved"


def test_a_part_is_let_go_and_the_command_given_and_the_incident_ended(olga: Person, tickets: list[Ticket]):
    program, (first, second) = Program(olga), tickets
    oleg = world.person("Oleg", team=world.front())
    declared = of(program.post(f"tickets/{first.number}/incident", {}), 201)
    path = f"incidents/{declared['id']}"
    of(program.post(f"{path}/parts", {"ticket": second.number}))

    assert of(program.post(f"{path}/releases", {"ticket": second.number}))["parts"] == 0
    assert of(program.post(f"{path}/commander", {"commander": oleg.pk}))["commander"]["name"] == "Oleg"
    assert of(program.post(f"{path}/end"))["ended_at"] is not None
    assert problem(program.post(f"{path}/end")) == (422, "not_running", None)


def test_a_proposal_is_declared_or_dismissed_once(olga: Person, burst: Burst, tickets: list[Ticket]):
    program = Program(olga)

    proposed = of(program.get("incident-proposals"))
    declared = of(program.post(f"incident-proposals/{burst.pk}/declaration"), 201)

    assert [(each["id"], each["tickets"]) for each in proposed] == [(burst.pk, [ticket.number for ticket in tickets])]
    assert declared["ticket"] == tickets[0].number
    assert of(program.get("incident-proposals")) == []
    assert problem(program.post(f"incident-proposals/{burst.pk}/dismissal")) == (422, "already_decided", None)


def test_others_are_refused_and_nothing_is_written(olga: Person, burst: Burst, tickets: list[Ticket]):
    first, second = tickets
    major = of(Program(olga).post(f"tickets/{first.number}/incident", {}), 201)["id"]
    stranger = world.person("Stepan", team=world.front(world.desk("other")))
    callers = (Program(stranger), Program(first.requester), Program(olga, READ))
    before = (MajorIncident.objects.get().told, Burst.objects.get().decided_at, first.links.count())

    for caller in callers:
        answers = [
            caller.post(f"incidents/{major}/parts", {"ticket": second.number}),
            caller.post(f"incidents/{major}/statuses", {"texts": {"en": "Hello"}}),
            caller.post(f"incidents/{major}/resolution", {"how": {"en": "Done"}}),
            caller.post(f"incidents/{major}/end"),
            caller.post(f"tickets/{second.number}/incident", {}),
            caller.post(f"incident-proposals/{burst.pk}/declaration"),
            caller.post(f"incident-proposals/{burst.pk}/dismissal"),
        ]
        assert {answer.status_code for answer in answers} <= {403, 404}
    for caller in callers[:2]:
        assert (of(caller.get("incidents")), of(caller.get("incident-proposals"))) == ([], [])
        assert problem(caller.get(f"incidents/{major}")) == (404, "not_there", None)

    assert (MajorIncident.objects.get().told, Burst.objects.get().decided_at, first.links.count()) == before


def test_a_list_takes_as_many_statements_for_three_as_for_one(olga: Person, django_assert_max_num_queries):
    program, counted = Program(olga), []
    for round_ in range(2):
        for n in range(1 + round_):
            ticket = world.ticket(f"Out {round_} {n}", held_by=olga)
            of(program.post(f"tickets/{ticket.number}/incident", {}), 201)
        with django_assert_max_num_queries(10) as asked:
            assert len(of(program.get("incidents"))) == 1 + 2 * round_
        counted.append(len(asked))
    assert counted[0] == counted[1]
