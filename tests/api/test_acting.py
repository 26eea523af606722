"""What is said and done by API moves the ticket as the console would, or is refused in words."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands import ownership
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Message, Ticket
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(db: None) -> Person:
    return world.person("Olga", team=world.front())


@pytest.fixture
def systems(olga: Person) -> Team:
    return world.team("Systems", line=2)


@pytest.fixture
def sven(systems: Team) -> Person:
    return world.person("Sven", team=systems)


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    return world.ticket(requester=world.person("Rita"))


def test_a_ticket_is_carried_through_two_lines_and_closed(olga: Person, sven: Person, systems: Team, ticket: Ticket):
    first, second, rita = Program(olga), Program(sven), Program(ticket.requester)
    path = f"tickets/{ticket.number}"

    states = [
        of(first.post(f"{path}/take"))["state"],
        of(first.post(f"{path}/replies", {"text": "We look at it."}), 201)["state"],
        of(first.post(f"{path}/hand-over", {"team": systems.pk, "why": "Needs a driver."}))["offered_to"],
        of(second.post(f"{path}/acceptance"))["team"],
        of(second.post(f"{path}/notes", {"text": "Driver was old."}), 201)["state"],
        of(second.post(f"{path}/resolution", {"how": "New driver.", "cause": "driver"}))["state"],
        of(rita.post(f"{path}/reopening", {"why": "Still broken."}))["state"],
        of(second.post(f"{path}/resolution", {"how": "Newer driver."}))["state"],
        of(rita.post(f"{path}/confirmation"))["state"],
    ]

    assert states == ["open", "open", systems.pk, systems.pk, "open", "resolved", "open", "resolved", "closed"]
    ticket.refresh_from_db()
    assert (ticket.steward, ticket.hand_overs, ticket.reopenings) == (olga, 1, 1)


def test_the_requesters_words_join_the_ticket_and_staffs_words_answer_it(olga: Person, ticket: Ticket):
    of(Program(ticket.requester).post(f"tickets/{ticket.number}/replies", {"text": "It is urgent."}), 201)
    ticket.refresh_from_db()
    before = ticket.answered_at

    of(Program(olga).post(f"tickets/{ticket.number}/replies", {"text": "We look at it."}), 201)

    ticket.refresh_from_db()
    assert (before, ticket.answered_at is not None) == (None, True)
    assert [message.channel for message in ticket.messages.order_by("pk")] == ["api", "api", "api"]


def test_a_reply_sent_again_under_its_key_is_said_once(olga: Person, ticket: Ticket):
    program, path = Program(olga), f"tickets/{ticket.number}/replies"
    first = of(program.post(path, {"text": "We look."}, Idempotency_Key="r-1"), 201)

    second = of(program.post(path, {"text": "We look."}, Idempotency_Key="r-1"))

    assert second == {**first, "duplicate": True}
    assert Message.objects.filter(ticket=ticket).count() == 2


def test_one_key_serves_a_reply_and_a_note_apart(olga: Person, ticket: Ticket):
    program = Program(olga)

    of(program.post(f"tickets/{ticket.number}/replies", {"text": "We look."}, Idempotency_Key="k"), 201)
    of(program.post(f"tickets/{ticket.number}/notes", {"text": "Old."}, Idempotency_Key="k"), 201)


def test_an_offer_is_declined_with_a_reason(olga: Person, sven: Person, systems: Team):
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=systems.pk, why="", now=world.NINE)

    moved = of(Program(sven).post(f"tickets/{ticket.number}/decline", {"why": "Not ours."}))

    assert (moved["offered_to"], moved["assignee"]) == (None, olga.pk)


def test_what_is_against_a_rule_is_refused_in_the_callers_language(olga: Person):
    ticket = world.ticket(held_by=olga)
    second = Program(world.person("Oleg", team=world.front()))

    english = second.post(f"tickets/{ticket.number}/take")
    russian = second.post(f"tickets/{ticket.number}/take", Accept_Language="ru-RU,ru;q=0.9")

    assert problem(english) == problem(russian) == (422, "already_taken", None)
    assert "Olga took this ticket" in english.json()["message"]


BODIES = {
    "replies": {"text": "x"},
    "notes": {"text": "x"},
    "take": None,
    "hand-over": {"team": 1},
    "acceptance": None,
    "decline": {"why": "x"},
    "resolution": {"how": "x"},
    "confirmation": None,
    "reopening": {"why": "x"},
}


@pytest.mark.parametrize("verb", BODIES)
def test_another_tenant_and_an_unknown_number_are_answered_alike(ticket: Ticket, verb: str):
    other = Program(world.person("Bob", organisation=world.organisation("Other (demo)")))
    before = world.everything()["tickets_ticket"]

    hidden = other.post(f"tickets/{ticket.number}/{verb}", BODIES[verb])
    absent = other.post(f"tickets/99999999/{verb}", BODIES[verb])

    assert problem(hidden) == problem(absent) == (404, "not_there", None)
    assert hidden.content == absent.content
    assert world.everything()["tickets_ticket"] == before


@pytest.mark.parametrize("verb", ["take", "hand-over", "acceptance", "decline", "resolution", "notes"])
def test_who_asked_may_not_do_the_desks_work(ticket: Ticket, verb: str):
    answer = Program(ticket.requester).post(f"tickets/{ticket.number}/{verb}", BODIES[verb])

    assert problem(answer) == (403, "not_allowed", None)


@pytest.mark.parametrize("verb", ["confirmation", "reopening"])
def test_staff_who_did_not_ask_or_a_ticket_not_resolved_cannot_be_settled(olga: Person, ticket: Ticket, verb: str):
    assert problem(Program(olga).post(f"tickets/{ticket.number}/{verb}", BODIES[verb]))[0] in (403, 422)


@pytest.mark.parametrize(
    ("verb", "body", "field"),
    [
        ("replies", {}, "text"),
        ("replies", {"text": ""}, "text"),
        ("replies", {"text": "   "}, "text"),
        ("replies", {"text": 5}, "text"),
        ("replies", {"text": "x", "audience": "world"}, "audience"),
        ("replies", {"text": "x", "colour": "red"}, "colour"),
        ("notes", {"text": "x", "team": "5"}, "team"),
        ("notes", {"text": "x", "team": 10**30}, "team"),
        ("hand-over", {"team": True}, "team"),
        ("hand-over", {"team": 1, "keep_control": "yes"}, "keep_control"),
        ("hand-over", {"team": 1, "why": "x" * 5001}, "why"),
        ("decline", {"why": ""}, "why"),
        ("resolution", {"how": "\ud800"}, "how"),
        ("resolution", {"how": "x", "cause": "c" * 41}, "cause"),
        ("reopening", {"why": "a\x00b"}, "why"),
    ],
    ids=str,
)
def test_a_body_of_the_wrong_shape_is_refused_by_field(
    olga: Person, ticket: Ticket, verb: str, body: dict[str, Any], field: str
):
    answer = Program(olga).post(f"tickets/{ticket.number}/{verb}", body)

    assert problem(answer)[::2] == (422, field)


def test_a_team_that_is_not_there_is_named_as_the_fault(olga: Person):
    ticket = world.ticket(held_by=olga)

    assert problem(Program(olga).post(f"tickets/{ticket.number}/hand-over", {"team": 999_999})) == (
        404, "not_there", "to",
    )  # fmt: skip


def test_the_next_ticket_is_taken_or_the_answer_says_why_there_is_none(olga: Person, ticket: Ticket):
    olgas = Program(olga)

    taken, nothing = olgas.post("queue/next", {}), olgas.post("queue/next", {})

    assert of(taken)["ticket"]["number"] == ticket.number
    assert of(nothing) == {
        "ticket": None,
        "code": "nothing_to_take",
        "why": "Nothing waits: everything workable of your teams has been taken.",
    }
