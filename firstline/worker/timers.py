"""What happens because its time has come: a table of timers, each done in small batches.

Every deed is a command that checks for itself, so two workers at one timer do no harm: the second is
refused. Idle, a timer is one indexed question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from firstline.commands import escalation, jobs, ownership, progress, tallies
from firstline.commands.duty import assigning, ranking, succession
from firstline.commands.incidents import bursts
from firstline.commands.mail import watching
from firstline.core.duty import leaving
from firstline.core.incidents import queries as incidents
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Desk
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

BATCH = 100
# How long a ticket that could not be moved on is left alone, so that it does not stand before the others.
LEFT_ALONE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Timer:
    """A deed and how often to look whether it is due; it takes `now` and returns how much it did."""

    name: str
    every: timedelta
    deed: Callable[[datetime], int]


@dataclass
class Timers:
    """The table, and when each was last looked at by this worker."""

    looked_at: dict[str, datetime] = field(default_factory=dict)

    def tick(self, now: datetime) -> int:
        """Do what is due; a timer that did a full batch is looked at again at once."""
        did = 0
        for timer in TABLE:
            last = self.looked_at.get(timer.name)
            if last is not None and timedelta(0) <= now - last < timer.every:
                continue
            did_now = timer.deed(now)
            if did_now < BATCH:
                self.looked_at[timer.name] = now
            did += did_now
        return did


def close_silent(now: datetime) -> int:
    """Close resolved tickets whose requester stayed silent for the desk's working days."""
    due = Ticket.objects.filter(close_due_at__lte=now, state=State.RESOLVED).order_by("close_due_at")
    ids = due.exclude(pk__in=left_alone(now)).values_list("pk", flat=True)[:BATCH]
    return each(list(ids), now, lambda pk: progress.close(ticket_id=pk, by_id=None, closing=Closing.SILENCE, now=now))


def resume_planned(now: datetime) -> int:
    """Take up planned tickets whose time has come."""
    due = Ticket.objects.filter(planned_until__lte=now, state=State.PLANNED).order_by("planned_until")
    ids = due.exclude(pk__in=left_alone(now)).values_list("pk", flat=True)[:BATCH]
    return each(list(ids), now, lambda pk: progress.resume(ticket_id=pk, by_id=None, now=now))


def sweep(now: datetime) -> int:
    """Tell the levels that clocks have reached, and owe what their rules ask for."""
    return escalation.sweep(now=now)


def find_bursts(now: datetime) -> int:
    """Propose alike tickets that come far more often than usual as major incidents, desk by desk."""
    for desk_id in incidents.desks_to_look_at(now):
        bursts.find_bursts(desk_id=desk_id, now=now)
    return 0


def lapse_offers(now: datetime) -> int:
    """Let offers that nobody answered in time go back."""
    due = Holding.objects.filter(lapses_at__lte=now, accepted_at=None, ended_at=None).order_by("lapses_at")
    ids = due.exclude(ticket_id__in=left_alone(now)).values_list("ticket_id", flat=True)[:BATCH]
    return each(list(ids), now, lambda pk: ownership.lapse_offer(ticket_id=pk, now=now))


def inherit(now: datetime) -> int:
    """Pass on what those who are absent or off shift answer for and hold, where somebody is here to inherit it."""
    did = 0
    for gone in leaving.gone(now):
        ids = leaving.tickets_of(gone, now, BATCH - did, but=left_alone(now)) if did < BATCH else []
        did += each(ids, now, partial(_inherit, gone, now))
    return did


def _inherit(gone: leaving.Gone, now: datetime, ticket_id: int) -> None:
    succession.inherit(ticket_id=ticket_id, gone_id=gone.person_id, why=gone.why, now=now)


def give_out(now: datetime) -> int:
    """Give out what lies unclaimed with teams that give their work out, where somebody has room again."""
    for ticket_id in leaving.to_give_out(BATCH, but=left_alone(now)):
        try:
            assigning.give_out(ticket_id=ticket_id, now=now)
        except Exception as failure:
            _trouble(ticket_id, now, failure)
    # Looked at again after a while, not at once: what nobody could take now, nobody can in a moment.
    return 0


def take_days(now: datetime) -> int:
    """Take the figures of each desk's days that need it, in slices until all are taken."""
    left = False
    for desk_id in Desk.objects.filter(ended_at=None).values_list("pk", flat=True):
        left |= len(tallies.take_days(desk_id=desk_id, now=now)) >= tallies.FRESH + tallies.MORE
    return BATCH if left else 0


def reap(now: datetime) -> int:
    """Return the jobs of workers that fell silent to the queue."""
    return jobs.reap(now=now)


def rank(now: datetime) -> int:
    """Put in their present order the tickets whose rank time alone has changed."""
    return ranking.rank_anew(now=now)


def watch_mailboxes(now: datetime) -> int:
    """Tell of mailboxes that are silent against their habit, or out of reach for long."""
    for mailbox in watching.watch(now=now):
        log.warning("mailbox needs somebody", mailbox=mailbox.pk, unreached=bool(mailbox.trouble))
    return 0


def prune(now: datetime) -> int:
    """Forget what was done a week ago."""
    return jobs.prune(now=now)


TABLE = (
    Timer("leases that ran out", timedelta(seconds=5), reap),
    Timer("ranks", timedelta(seconds=5), rank),
    Timer("clocks", timedelta(seconds=5), sweep),
    Timer("offers", timedelta(seconds=15), lapse_offers),
    Timer("those who are gone", timedelta(seconds=15), inherit),
    Timer("what is given out", timedelta(seconds=20), give_out),
    Timer("planned tickets", timedelta(seconds=15), resume_planned),
    Timer("silent tickets", timedelta(seconds=30), close_silent),
    Timer("bursts of alike tickets", timedelta(minutes=1), find_bursts),
    Timer("figures of days", timedelta(minutes=5), take_days),
    Timer("mailboxes", timedelta(minutes=5), watch_mailboxes),
    Timer("old jobs", timedelta(minutes=20), prune),
)

_troubled: dict[int, datetime] = {}


def each(ids: list[int], now: datetime, deed: Callable[[int], object]) -> int:
    """Do the deed for each ticket; one that cannot be moved is left alone for a while."""
    for ticket_id in ids:
        try:
            deed(ticket_id)
        except Exception as failure:
            _trouble(ticket_id, now, failure)
    return len(ids)


def _trouble(ticket_id: int, now: datetime, failure: Exception) -> None:
    _troubled[ticket_id] = now
    log.warning("timer failed", ticket=ticket_id, error=in_one_line(failure))


def left_alone(now: datetime) -> list[int]:
    """Return the tickets that could not be moved lately."""
    for ticket_id in [pk for pk, at in _troubled.items() if now - at >= LEFT_ALONE_FOR]:
        del _troubled[ticket_id]
    return list(_troubled)
