"""What happens because its time has come."""

from __future__ import annotations

import pytest

from firstline.commands import progress
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State
from firstline.worker import timers
from tests import world

pytestmark = pytest.mark.django_db


def _resolved() -> Ticket:
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    return progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(minutes=5))


def test_silence_closes_a_resolved_ticket_when_its_days_are_over_and_not_before():
    ticket = _resolved()
    assert ticket.close_due_at is not None

    assert timers.close_silent(ticket.close_due_at - (world.now(minutes=1) - world.NINE)) == 0
    assert timers.close_silent(ticket.close_due_at) == 1

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.SILENCE)
    assert timers.close_silent(ticket.latest_at) == 0


def test_a_planned_ticket_comes_back_by_itself():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    progress.plan(ticket_id=ticket.pk, by_id=olga.pk, until=world.now(days=2), why="", now=world.now(minutes=5))

    assert timers.resume_planned(world.now(days=1)) == 0
    assert timers.resume_planned(world.now(days=2)) == 1

    ticket.refresh_from_db()
    assert ticket.state == State.OPEN


def test_a_ticket_that_cannot_be_moved_is_left_alone_and_stops_no_other():
    moved = []

    def move(ticket_id: int) -> None:
        if ticket_id == 1:
            raise RuntimeError("stuck")
        moved.append(ticket_id)

    assert timers.each([1, 2], world.NINE, move) == 2
    assert moved == [2]
    assert timers.left_alone(world.now(minutes=1)) == [1]
    assert timers.left_alone(world.now(hours=1)) == []


def test_a_look_round_when_nothing_is_due_asks_one_question_a_timer(django_assert_num_queries):
    with django_assert_num_queries(len(timers.TABLE)):
        assert timers.Timers().tick(world.NINE) == 0


def test_a_timer_is_not_looked_at_again_before_its_time(django_assert_num_queries):
    table = timers.Timers()
    table.tick(world.NINE)

    with django_assert_num_queries(0):
        table.tick(world.now(minutes=0.05))
