"""Tickets are read within one's reach: lists with filters and pages, one ticket, its words, facts and promises."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands import conversation, ownership, progress
from firstline.core.people.models import Person
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None) -> Person:
    return world.person("Olga", team=world.front())


def numbers(program: Program, asked: str = "") -> list[int]:
    return [row["number"] for row in of(program.get(f"tickets?{asked}"))["tickets"]]


def test_a_list_holds_ones_own_tickets_newest_first_and_nobody_elses(olga: Person):
    rita, sam = world.person("Rita"), world.person("Sam")
    first, second = world.ticket(requester=rita), world.ticket(requester=rita)
    world.ticket(requester=sam)

    assert numbers(Program(rita)) == [second.number, first.number]
    assert len(numbers(Program(olga))) == 3


def test_a_line_names_everybody_and_the_deadline(olga: Person):
    world.agreement()
    ticket = world.ticket("Printer", held_by=olga, service_id=world.service("printing").pk)

    row = of(Program(olga).get("tickets"))["tickets"][0]

    assert (row["number"], row["subject"], row["state"]) == (ticket.number, "Printer", "open")
    assert (row["steward"]["name"], row["team"]["name"], row["service"]["key"]) == ("Olga", "Service desk", "printing")
    assert row["due_at"] is not None


@pytest.mark.parametrize("order", ["newest", "deadline"])
def test_pages_follow_one_another_without_gap_or_double(olga: Person, order: str):
    made = {world.ticket(at=world.now(minutes=number)).number for number in range(7)}
    program, seen, after = Program(olga), [], ""
    for _ in range(4):
        part = of(program.get(f"tickets?limit=3&order={order}&after={after}"))
        seen += [row["number"] for row in part["tickets"]]
        after = part["next"]
        if after is None:
            break

    assert after is None
    assert sorted(seen) == sorted(made)
    assert len(seen) == 7


def test_the_order_by_deadline_lists_the_most_urgent_open_ticket_first(olga: Person):
    world.agreement()
    later, sooner = world.ticket(at=world.now(hours=2)), world.ticket(at=world.NINE)
    done = world.ticket(held_by=olga)
    progress.resolve(ticket_id=done.pk, by_id=olga.pk, how="Done.", now=world.now(minutes=5))

    assert numbers(Program(olga), "order=deadline") == [sooner.number, later.number]


def test_filters_narrow_a_list(olga: Person):
    rita = world.person("Rita", organisation=world.organisation())
    hers = world.ticket("Scanner is dead", requester=rita)
    taken = world.ticket("Printer jams", held_by=olga)
    program = Program(olga)

    asked = {
        f"requester={rita.pk}": [hers.number],
        f"organisation={rita.organisation_id}": [hers.number],
        f"assignee={olga.pk}": [taken.number],
        f"steward={olga.pk}&order=deadline": [taken.number],
        "state=open": [taken.number],
        f"team={world.front().pk}": [taken.number, hers.number],
        "q=scanner": [hers.number],
        "q=scanner&order=deadline": [hers.number],
        f"requester={rita.pk}&order=deadline": [hers.number],
        f"q={taken.number}": [taken.number],
        "q=nothing+like+it": [],
        "team=999999": [],
    }

    assert {query: numbers(program, query) for query in asked} == asked


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=lost", "state"),
        ("team=x", "team"),
        ("team=99999999999999999999999", "team"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("after=nowhere", "after"),
        ("order=sideways", "order"),
        ("q=%00", "q"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_by_name(olga: Person, query: str, field: str):
    answer = Program(olga).get(f"tickets?{query}")

    assert problem(answer)[::2] == (422, field)


def test_words_find_only_what_one_may_see(olga: Person):
    world.ticket("Payroll is wrong", requester=world.person("Sam"))

    assert numbers(Program(world.person("Rita")), "q=payroll") == []


@pytest.mark.parametrize("asked", ["tickets", "tickets?order=deadline", "tickets?q=printer"])
def test_a_list_costs_the_same_for_one_row_and_for_three(olga: Person, asked: str, django_assert_num_queries: Any):
    program = Program(olga)
    world.agreement()
    world.ticket(held_by=olga)
    program.get("me")
    with django_assert_num_queries(7 if "?q" in asked else 5) as one:
        of(program.get(asked))
    for _ in range(2):
        world.ticket(requester=world.person("Rita", organisation=world.organisation()), held_by=olga)

    with django_assert_num_queries(len(one)):
        assert len(of(program.get(asked))["tickets"]) == 3


@pytest.mark.parametrize("part", ["messages", "timeline", "clocks"])
def test_what_hangs_on_a_ticket_costs_the_same_for_one_and_for_three(
    olga: Person, part: str, django_assert_max_num_queries: Any
):
    program = Program(olga)
    world.agreement()
    ticket = world.ticket(held_by=olga)
    with django_assert_max_num_queries(12) as one:
        of(program.get(f"tickets/{ticket.number}/{part}"))
    for minute in (1, 2):
        conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Looked.", now=world.now(minutes=minute))

    with django_assert_max_num_queries(len(one)):
        of(program.get(f"tickets/{ticket.number}/{part}"))


def test_a_ticket_tells_how_it_stands(olga: Person):
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, held_by=olga)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Changed it.", cause="wear", now=world.now(minutes=9))

    to_staff = of(Program(olga).get(f"tickets/{ticket.number}"))
    to_rita = of(Program(rita).get(f"tickets/{ticket.number}"))

    assert (to_staff["state"], to_staff["resolution"], to_staff["cause"]) == ("resolved", "Changed it.", "wear")
    assert {**to_staff, "cause": ""} == to_rita


def test_notes_are_for_staff_only(olga: Person):
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, text="It jams.", held_by=olga)
    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="We look.", now=world.now(minutes=1))
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Old model.", now=world.now(minutes=2))

    to_staff = of(Program(olga).get(f"tickets/{ticket.number}/messages"))
    to_rita = of(Program(rita).get(f"tickets/{ticket.number}/messages"))
    rest = of(Program(olga).get(f"tickets/{ticket.number}/messages?after={to_staff[1]['id']}"))

    assert [message["text"] for message in to_staff] == ["It jams.", "We look.", "Old model."]
    assert [message["text"] for message in to_rita] == ["It jams.", "We look."]
    assert [message["text"] for message in rest] == ["Old model."]


def test_the_timeline_tells_those_who_asked_what_concerns_them(olga: Person):
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, held_by=olga)
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="Old model.", now=world.now(minutes=2))

    to_staff = of(Program(olga).get(f"tickets/{ticket.number}/timeline"))
    to_rita = of(Program(rita).get(f"tickets/{ticket.number}/timeline"))

    assert [(entry["kind"], entry["by"]) for entry in to_staff] == [
        ("registered", "Rita"), ("taken", "Olga"), ("noted", "Olga"),
    ]  # fmt: skip
    assert [(entry["kind"], entry["facts"]) for entry in to_rita] == [("registered", {}), ("taken", {})]


def test_clocks_name_their_agreement_and_the_pauses(olga: Person):
    world.agreement()
    ticket = world.ticket(held_by=olga)
    progress.wait(ticket_id=ticket.pk, by_id=olga.pk, on="waiting_requester", why="", now=world.now(minutes=3))

    said = of(Program(olga).get(f"tickets/{ticket.number}/clocks"))

    states = {clock["kind"]: clock["state"] for clock in said["clocks"]}
    assert states == {"take": "met", "first_response": "paused", "resolve": "paused"}
    assert {clock["agreement_version"] for clock in said["clocks"]} == {1}
    assert [(pause["state"], pause["ended_at"]) for pause in said["pauses"]] == [("waiting_requester", None)]


@pytest.mark.parametrize("part", ["", "/messages", "/timeline", "/clocks", "/files/1"])
def test_what_one_may_not_see_and_what_is_not_there_answer_alike(olga: Person, part: str):
    northwind = world.ticket(requester=world.person("Ann", organisation=world.organisation()))
    other = Program(world.person("Bob", organisation=world.organisation("Other (demo)")))

    hidden = other.get(f"tickets/{northwind.number}{part}")
    absent = other.get(f"tickets/99999999{part}")

    assert problem(hidden) == problem(absent) == (404, "not_there", None)
    assert hidden.content == absent.content


@pytest.mark.parametrize("number", ["0", "-1", "-10012", "12", "99999999999999999999999999", "1.5", "abc", "1%00"])
def test_no_number_of_any_shape_finds_what_is_not_there(olga: Person, number: str):
    assert problem(Program(olga).get(f"tickets/{number}"))[0] in (404, 422)


def test_a_team_that_once_carried_a_ticket_goes_on_reading_it(olga: Person):
    sven = world.person("Sven", team=world.team("Systems", line=2))
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(
        ticket_id=ticket.pk, by_id=olga.pk, to_team_id=world.team("Systems", line=2).pk, why="", now=world.NINE
    )

    assert numbers(Program(sven)) == [ticket.number]


def test_a_filter_that_is_not_there_is_refused_by_its_name():
    olga = world.person("Olga", team=world.front())

    answer = Program(olga).get("tickets?asignee=1")

    assert answer.status_code == 422
    assert answer.json()["field"] == "asignee"
