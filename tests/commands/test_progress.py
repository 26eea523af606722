"""How a ticket moves: waits, comes back, is resolved, confirmed, reopened, closed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands import ownership, progress, structure
from firstline.commands.turn import AlreadyClosed
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import BadInput, NotAllowed
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State
from tests import world
from tests.commands.conftest import Stage


def _waits(stage: Stage, *, on: str = State.WAITING_REQUESTER, minutes: int = 10) -> Ticket:
    return progress.wait(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, on=on, why="Which printer?", now=world.now(minutes=minutes)
    )


def _resolved(stage: Stage, *, minutes: int = 60) -> Ticket:
    return progress.resolve(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="New toner.", cause="supplies",
        now=world.now(minutes=minutes),
    )  # fmt: skip


# wait, plan, resume


@pytest.mark.parametrize("on", [State.WAITING_REQUESTER, State.WAITING_THIRD_PARTY])
def test_waiting_pauses_the_clocks(stage: Stage, on: State):
    _waits(stage, on=on)

    ticket = stage.ticket_now()
    assert (ticket.state, ticket.waiting_since) == (on, world.now(minutes=10))
    clock = ticket.clocks.get(kind="resolve")
    assert (clock.state, clock.due_at, clock.next_at) == (Clock.State.PAUSED, None, None)
    said = world.newest(ticket)
    assert (said.kind, said.facts["state"], said.facts["paused"]) == (
        "waiting began", on, ["first_response", "resolve"],
    )  # fmt: skip


def test_what_was_waited_is_taken_off_in_working_time(stage: Stage):
    _waits(stage, minutes=10)

    progress.resume(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=70))

    # Eight hours from nine are five o'clock; an hour of waiting moves them to ten the next morning.
    due = world.now(days=1, hours=1)
    assert stage.ticket.clocks.get(kind="resolve").due_at == due
    assert stage.ticket_now().state == State.OPEN
    assert world.newest(stage.ticket).facts["clocks"]["resolve"] == instant(due)


def test_a_wait_within_a_wait_goes_on_as_one(stage: Stage):
    _waits(stage, minutes=10)
    _waits(stage, on=State.WAITING_THIRD_PARTY, minutes=20)

    progress.resume(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=40))

    assert stage.ticket.clocks.get(kind="resolve").due_at == world.now(days=1, minutes=30)


def test_a_ticket_waits_for_somebody(stage: Stage):
    with world.refused(BadInput, "for the requester or for a third party"):
        _waits(stage, on=State.PLANNED)


def test_an_untaken_ticket_that_waited_is_new_again(stage: Stage):
    ticket = world.ticket(requester=stage.rita)
    progress.wait(ticket_id=ticket.pk, by_id=stage.olga.pk, on=State.WAITING_REQUESTER, why="", now=world.NINE)

    progress.resume(ticket_id=ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=5))

    ticket.refresh_from_db()
    assert ticket.state == State.NEW


def test_a_planned_ticket_comes_back_by_itself(stage: Stage):
    until = world.now(days=2)
    progress.plan(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, until=until, why="", now=world.now(minutes=5))
    assert (stage.ticket_now().state, stage.ticket_now().planned_until) == (State.PLANNED, until)

    progress.resume(ticket_id=stage.ticket.pk, by_id=None, now=until)

    assert (stage.ticket_now().state, stage.ticket_now().planned_until) == (State.OPEN, None)
    assert world.newest(stage.ticket).by_id is None


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(minutes=-1), timedelta(days=367)])
def test_a_plan_lies_ahead_and_not_too_far(stage: Stage, ahead: timedelta):
    now = world.now(minutes=5)

    with world.refused(BadInput, "lies ahead"):
        progress.plan(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, until=now + ahead, why="", now=now)


def test_what_does_not_wait_is_not_resumed(stage: Stage):
    with world.refused(progress.NotWaiting):
        progress.resume(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=5))


# resolve


def test_resolving_says_what_was_done_and_meets_the_clocks(stage: Stage):
    ticket = _resolved(stage)

    assert (ticket.state, ticket.resolved_at, ticket.cause) == (State.RESOLVED, world.now(minutes=60), "supplies")
    assert ticket.resolution is not None
    assert ticket.resolution.text == "New toner."
    assert set(ticket.clocks.values_list("kind", "state")) == {
        ("take", "met"), ("first_response", "met"), ("resolve", "met"),
    }  # fmt: skip
    said = world.newest(ticket)
    assert (said.kind, said.facts) == (
        "resolved",
        {"how": ticket.resolution_id, "cause": "supplies", "stopped": {"first_response": "met", "resolve": "met"}},
    )


def test_silence_will_close_it_after_three_working_days(stage: Stage):
    ticket = _resolved(stage)

    assert ticket.close_due_at == world.now(days=3, minutes=60)


def test_silence_counts_working_days_over_a_weekend(stage: Stage):
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(days=3))

    assert stage.ticket_now().close_due_at == world.now(days=8)


def test_resolving_late_misses_the_resolve_clock(stage: Stage):
    ticket = _resolved(stage, minutes=60 * 24)

    assert ticket.clocks.get(kind="resolve").state == Clock.State.MISSED


def test_resolving_while_waiting_counts_the_time_before_the_wait(stage: Stage):
    _waits(stage, minutes=10)

    ticket = _resolved(stage, minutes=60 * 24 * 3)

    assert ticket.clocks.get(kind="resolve").state == Clock.State.MET


def test_what_nobody_took_cannot_be_resolved(stage: Stage):
    ticket = world.ticket(requester=stage.rita)

    with world.refused(progress.NotTaken, "take it before"):
        progress.resolve(ticket_id=ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.NINE)


@pytest.mark.parametrize(("how", "cause", "match"), [("", "", "empty"), ("x", "y" * 41, "at most 40")])
def test_a_resolution_has_words_and_a_short_cause(stage: Stage, how: str, cause: str, match: str):
    with world.refused(BadInput, match):
        progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how=how, cause=cause, now=world.NINE)


def test_a_resolved_ticket_is_not_resolved_again(stage: Stage):
    _resolved(stage)

    with world.refused(AlreadyClosed, "resolved already"):
        _resolved(stage, minutes=61)


def test_a_ticket_is_not_resolved_before_its_parts(stage: Stage):
    child = world.ticket("One till of many", requester=stage.rita, held_by=stage.oleg)
    structure.link(ticket_id=child.pk, other_id=stage.ticket.pk, kind="child_of", by_id=stage.olga.pk, now=world.NINE)

    with world.refused(progress.PartsOpen, f"#{child.number} are not resolved yet"):
        _resolved(stage)
    progress.resolve(ticket_id=child.pk, by_id=stage.oleg.pk, how="Done.", now=world.now(minutes=5))

    assert _resolved(stage).state == State.RESOLVED


def test_resolving_takes_back_an_offer(stage: Stage):
    ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="", now=world.now(minutes=5)
    )

    assert _resolved(stage).offered_to_id is None


# confirm, close, withdraw


def test_the_requester_confirms_and_the_ticket_is_closed(stage: Stage):
    _resolved(stage)

    ticket = progress.confirm(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, now=world.now(minutes=70))

    assert (ticket.state, ticket.closing, ticket.close_due_at) == (State.CLOSED, Closing.CONFIRMED, None)
    assert world.newest(ticket).kind == "confirmed"


def test_staff_do_not_confirm_for_the_requester(stage: Stage):
    _resolved(stage)

    with world.refused(NotAllowed, "those who asked"):
        progress.confirm(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.now(minutes=70))


def test_only_what_is_resolved_is_confirmed_or_closed(stage: Stage):
    with world.refused(progress.NotResolved):
        progress.confirm(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, now=world.NINE)
    with world.refused(progress.NotResolved):
        progress.close(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, now=world.NINE)


def test_silence_closes_by_the_desk_itself(stage: Stage):
    _resolved(stage)

    ticket = progress.close(
        ticket_id=stage.ticket.pk, by_id=None, closing=Closing.SILENCE, now=world.now(days=4)
    )  # fmt: skip

    assert (ticket.closing, world.newest(ticket).facts, ticket.latest_by) == (
        Closing.SILENCE, {"closing": "silence"}, None,
    )  # fmt: skip


def test_a_ticket_is_not_closed_in_a_way_there_is_not(stage: Stage):
    _resolved(stage)

    with world.refused(BadInput, "closed by the desk"):
        progress.close(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, closing="merged", now=world.now(days=4))


def test_a_withdrawn_ticket_is_closed_without_a_verdict_on_its_clocks(stage: Stage):
    ticket = progress.withdraw(
        ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="Found one.", now=world.now(minutes=30)
    )

    assert (ticket.state, ticket.closing) == (State.CLOSED, Closing.WITHDRAWN)
    assert ticket.clocks.get(kind="resolve").state == Clock.State.ENDED
    assert world.newest(ticket).facts["ended"] == ["first_response", "resolve"]
    with world.refused(AlreadyClosed):
        progress.withdraw(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=31))


def test_a_waiting_ticket_can_be_withdrawn(stage: Stage):
    _waits(stage)

    progress.withdraw(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=30))

    assert stage.ticket_now().waiting_since is None


# reopen


@pytest.mark.parametrize("who", ["rita", "olga"])
def test_still_broken_goes_on_where_it_was_and_time_resolved_is_not_counted(stage: Stage, who: str):
    _resolved(stage, minutes=60)

    ticket = progress.reopen(
        ticket_id=stage.ticket.pk, by_id=getattr(stage, who).pk, why="Again.", now=world.now(minutes=120)
    )

    assert (ticket.state, ticket.reopenings, ticket.resolved_at) == (State.OPEN, 1, None)
    assert (ticket.team, ticket.assignee, ticket.steward) == (stage.first, stage.olga, stage.olga)
    clock = ticket.clocks.get(ended_at=None)
    assert (clock.kind, clock.started_at, clock.due_at) == ("resolve", world.NINE, world.now(days=1, hours=1))
    assert world.newest(ticket).kind == "reopened"


def test_a_ticket_reopens_as_often_as_needed(stage: Stage):
    for hour in (1, 3, 5):
        _resolved(stage, minutes=60 * hour)
        progress.reopen(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(hours=hour + 1))

    assert stage.ticket_now().reopenings == 3
    assert stage.ticket.clocks.get(ended_at=None).due_at == world.now(days=1, hours=3)


def test_a_withdrawn_ticket_that_nobody_had_taken_lies_unclaimed_again(stage: Stage):
    ticket = world.ticket(requester=stage.rita)
    progress.withdraw(ticket_id=ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=5))

    progress.reopen(ticket_id=ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=9))
    ownership.take(ticket_id=ticket.pk, by_id=stage.oleg.pk, now=world.now(minutes=10))

    ticket.refresh_from_db()
    assert (ticket.state, ticket.assignee, ticket.steward) == (State.OPEN, stage.oleg, stage.oleg)


def test_what_is_open_is_not_reopened(stage: Stage):
    with world.refused(progress.NotDone):
        progress.reopen(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.NINE)


def test_what_was_closed_for_long_is_followed_up_instead(stage: Stage):
    _resolved(stage)
    progress.confirm(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, now=world.now(minutes=70))

    with world.refused(progress.ClosedForLong, "more than 14 days ago"):
        progress.reopen(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(days=15))


def test_whoever_only_reads_does_not_reopen(stage: Stage):
    boss = world.person("Boris", role=world.Role.ORGANISATION_MANAGER, over=world.organisation())
    _resolved(stage)

    with world.refused(NotAllowed, "can reopen it"):
        progress.reopen(ticket_id=stage.ticket.pk, by_id=boss.pk, why="", now=world.now(minutes=70))
