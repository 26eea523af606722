"""How a ticket moves: wait, plan, resume, resolve, confirm, reopen, close, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from firstline.commands import clocks, ownership, tasks
from firstline.commands.duty import succession
from firstline.commands.turn import Turn, asking, working
from firstline.core.journal import contents
from firstline.core.journal.models import Content
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, Refused, _
from firstline.core.ownership import queries as holdings
from firstline.core.sla import queries as sla
from firstline.core.sla import workclock
from firstline.core.sla.models import Clock
from firstline.core.tickets import queries
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import DONE, WAITING, Closing, State


class NotTaken(Refused):
    """Nobody has taken the ticket, so nobody can have resolved it."""


class NotWaiting(Refused):
    """The ticket does not wait for anything."""


class NotResolved(Refused):
    """Only a resolved ticket can be confirmed."""


class NotDone(Refused):
    """Only a resolved or closed ticket can be reopened."""


class ClosedForLong(Refused):
    """The ticket was closed too long ago to be reopened; a new one follows it up."""


class Merged(Refused):
    """The ticket is part of another one now."""


class PartsOpen(Refused):
    """The ticket has children that are not done, and is not done before them."""


@transaction.atomic
def wait(*, ticket_id: int, by_id: int, on: str, why: str, now: datetime) -> Ticket:
    """Let the ticket wait, on the requester or on a third party; its clocks pause.

    on      State.WAITING_REQUESTER or State.WAITING_THIRD_PARTY
    raises  BadInput, AlreadyClosed, NotThere, NotAllowed; then nothing is written
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    if on not in (State.WAITING_REQUESTER, State.WAITING_THIRD_PARTY):
        raise BadInput(_("A ticket waits for the requester or for a third party."), field="on")
    paused = clocks.pause(turn.ticket, on, turn.moment)
    turn.tell("waiting began", {"state": str(on), **_why(why), **paused})
    return turn.ticket


@transaction.atomic
def plan(*, ticket_id: int, by_id: int, until: datetime, why: str, now: datetime) -> Ticket:
    """Put the ticket off until an instant that was agreed; its clocks pause, and it comes back by itself."""
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    if not turn.moment < until <= turn.moment + timedelta(days=366):
        raise BadInput(_("Name a time that lies ahead, at most a year from now."), field="until")
    paused = clocks.pause(turn.ticket, State.PLANNED, turn.moment)
    turn.tell("planned", {"until": until.isoformat(), **_why(why), **paused})
    return turn.ticket


@transaction.atomic
def resume(*, ticket_id: int, by_id: int | None, now: datetime) -> Ticket:
    """Take a waiting or planned ticket up again; its clocks run on. By None when its time has come."""
    turn = working(ticket_id, by_id=by_id, now=now)
    if turn.ticket.state not in WAITING:
        raise NotWaiting(_("This ticket does not wait for anything."))
    turn.tell("resumed", clocks.resume(turn.ticket, turn.moment))
    return turn.ticket


@transaction.atomic
def resolve(*, ticket_id: int, by_id: int, how: str, now: datetime, cause: str = "") -> Ticket:
    """Say that the need is met, and how; the requester is asked to confirm.

    how     what was done, in words the requester may read
    cause   a cause code of the desk's, at most 40 characters
    raises  NotTaken, PartsOpen, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    if holdings.current(ticket_id) is None:
        raise NotTaken(_("Nobody has taken this ticket yet; take it before you resolve it."))
    _parts_must_be_done(turn.ticket)
    return resolve_within(turn, contents.keep(written.body(how, field="how", limit=20_000)), cause=cause)


def resolve_within(turn: Turn, done: Content, *, cause: str = "", more: Mapping[str, Any] | None = None) -> Ticket:
    """Resolve the ticket of a turn whose checks were made: clocks stop, holdings and tasks end, silence will close it.

    more   what else the fact tells
    """
    code = written.line(cause, field="cause", limit=40, needed=False)
    kinds = (Clock.Kind.TAKE, Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLVE)
    resumed = clocks.resume(turn.ticket, turn.moment)
    stopped = clocks.meet(turn.ticket, kinds, turn.moment)
    ownership.end_holdings(turn)
    ended = tasks.end_tasks(turn)
    turn.ticket.close_due_at = _close_due(turn)
    turn.ticket.save(update_fields=["close_due_at"])
    turn.tell("resolved", {"how": done.digest, "cause": code, **(more or {}), **resumed, **stopped, **ended})
    return turn.ticket


@transaction.atomic
def confirm(*, ticket_id: int, by_id: int, now: datetime) -> Ticket:
    """The requester (or a participant) says that the need is met: the ticket is closed."""
    turn = _asked(ticket_id, by_id, now)
    if turn.ticket.state != State.RESOLVED:
        raise NotResolved(_("Only a resolved ticket can be confirmed."))
    no_longer_due(turn)
    turn.tell("confirmed", {})
    return turn.ticket


@transaction.atomic
def reopen(*, ticket_id: int, by_id: int | None, why: str, now: datetime) -> Ticket:
    """ "Still broken": a resolved or lately closed ticket goes on where it was, its resolve clock too.

    By the requester, a participant or staff. Raises NotDone, Merged, ClosedForLong.
    """
    turn = asking(ticket_id, by_id=by_id, now=now)
    ticket = turn.ticket
    if ticket.state not in DONE:
        raise NotDone(_("This ticket is not resolved, so there is nothing to reopen."))
    if ticket.merged_into_id:
        raise Merged(_("This ticket was merged into another one; write there."))
    _may_speak(turn)
    days = ticket.desk.reopen_within_days
    if ticket.closed_at and turn.moment > ticket.closed_at + timedelta(days=days):
        raise ClosedForLong(_("This ticket was closed more than %(days)d days ago; register a new one."), days=days)
    running = clocks.reopen(ticket, turn.moment)
    ownership.begin_again(turn)
    no_longer_due(turn)
    turn.tell("reopened", {**_why(why), **running})
    succession.after_reopening(ticket, now)
    return ticket


@transaction.atomic
def close(*, ticket_id: int, by_id: int | None, closing: str = Closing.DESK, now: datetime) -> Ticket:
    """Close a resolved ticket: by staff for the requester, or by the desk after silence (by None)."""
    turn = working(ticket_id, by_id=by_id, now=now)
    if turn.ticket.state != State.RESOLVED:
        raise NotResolved(_("Resolve this ticket before you close it."))
    if closing not in (Closing.DESK, Closing.SILENCE, Closing.CONFIRMED):
        raise BadInput(_("A ticket is closed by the desk, after silence, or as confirmed."), field="closing")
    no_longer_due(turn)
    turn.tell("closed", {"closing": str(closing)})
    return turn.ticket


@transaction.atomic
def withdraw(*, ticket_id: int, by_id: int, why: str, now: datetime) -> Ticket:
    """The requester needs it no more: the ticket is closed without a verdict on its clocks."""
    turn = _asked(ticket_id, by_id, now)
    turn.must_be_open()
    ended = clocks.end_all(turn.ticket, "withdrawn", turn.moment)
    ownership.end_holdings(turn)
    turn.tell("withdrawn", {**_why(why), **ended, **tasks.end_tasks(turn)})
    return turn.ticket


def _asked(ticket_id: int, by_id: int, now: datetime) -> Turn:
    turn = asking(ticket_id, by_id=by_id, now=now)
    if not queries.asked_by(by_id).filter(pk=ticket_id).exists():
        raise NotAllowed(_("Only those who asked for this ticket can do that."))
    return turn


def _may_speak(turn: Turn) -> None:
    ticket = turn.ticket
    if turn.scope.works_on(ticket.desk_id, queries.involved_teams(ticket)):
        return
    if not queries.asked_by(turn.by_id or 0).filter(pk=ticket.pk).exists():
        raise NotAllowed(_("Only those who asked for this ticket, or work on it, can reopen it."))


def _parts_must_be_done(ticket: Ticket) -> None:
    children = ticket.links_here.filter(kind=Link.Kind.CHILD_OF, ended_at=None).exclude(ticket__state__in=DONE)
    numbers = [str(link.ticket) for link in children.select_related("ticket").order_by("ticket")[:5]]
    if numbers:
        raise PartsOpen(_("Its parts come first: %(tickets)s are not resolved yet."), tickets=", ".join(numbers))


def _why(why: str) -> dict[str, Any]:
    content = contents.keep_if_any(written.body(why, field="why", limit=5000, needed=False))
    return {"why": content.digest} if content else {}


def _close_due(turn: Turn) -> datetime:
    """Return when silence closes the ticket: N working days on, by the desk's own calendar."""
    days = turn.ticket.desk.close_after_days
    calendar = sla.main_calendar(turn.ticket.desk_id)
    if calendar is None or calendar.never_opens():
        return turn.moment + timedelta(days=days)
    return workclock.add_business_days(turn.moment, days, calendar)


def no_longer_due(turn: Turn) -> None:
    """Let silence no longer close the ticket."""
    if turn.ticket.close_due_at is not None:
        turn.ticket.close_due_at = None
        turn.ticket.save(update_fields=["close_due_at"])
