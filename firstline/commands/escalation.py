"""What happens when clocks have run so far: each level told once, in order, and then what its rule asks for.

The sweep only tells; what a rule asks for is owed with the fact and done by `carry_out`, once, after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F

from firstline.commands.turn import REACT
from firstline.core.insight.models import Figures
from firstline.core.journal.append import Telling, append_many
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import Refused
from firstline.core.outbox.owe import owe_each
from firstline.core.sla import escalations, levels, queries
from firstline.core.sla.escalations import Promise
from firstline.core.sla.levels import Reached
from firstline.core.sla.models import Alarm, Clock, EscalationRule, Pause
from firstline.core.tickets import life
from firstline.core.tickets import queries as tickets
from firstline.core.tickets.models import Ticket

log = structlog.get_logger(__name__)

BATCH = 300
# How long a clock that could not be read is left alone, so that it does not stand before the others.
LEFT_ALONE_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class _Passed:
    """A level that a clock has reached, of which its ticket's chain will tell."""

    clock: Clock
    reached: Reached
    rule: EscalationRule | None

    @property
    def kind(self) -> str:
        if self.rule is None:
            return "clock breached"
        return "clock warned" if self.reached.level.seconds < self.clock.budget_for.total_seconds() else "escalated"

    @property
    def facts(self) -> dict[str, Any]:
        clock, rule = self.clock, self.rule
        due = {"due": instant(clock.due_at)} if clock.due_at else {}
        about = {"clock": clock.pk, "promise": str(clock.kind), "level": self.reached.level.key, **due}
        if clock.holding_id or clock.task_id:
            about |= {"team": clock.agreement.agreement.team_id}
        if rule is None:
            return about
        after = {"percent": rule.percent} if rule.percent is not None else {"offset": _seconds(rule.offset_for)}
        return {**about, "rule": rule.pk, **after, "action": str(rule.action)}


@dataclass
class _Sweep:
    """What one batch has found out, before anything of it is written."""

    now: datetime
    passed: dict[int, list[_Passed]] = field(default_factory=dict)
    looked_at: list[Clock] = field(default_factory=list)


def sweep(*, now: datetime, limit: int = BATCH) -> int:
    """Tell every level that clocks have reached by `now`; return how many clocks were looked at.

    Some hundreds to a commit; what another worker holds is left to it. After a long downtime every level that was
    missed is told once, in the order in which it was reached. Idle, it is one indexed question.
    """
    if not Clock.objects.filter(next_at__lte=now).exists():
        return 0
    with transaction.atomic():
        found = _due(now, limit)
        swept = _Sweep(now)
        if found:
            _look(swept, found)
            _tell(swept, {clock.ticket_id: clock.ticket for clock in found})
            _write_next(swept.looked_at)
    return len(swept.looked_at)


def _due(now: datetime, limit: int) -> list[Clock]:
    """Return the due clocks of some tickets, each with its ticket, whose row is locked."""
    due = Clock.objects.filter(next_at__lte=now).order_by("next_at").values_list("ticket_id", flat=True)[:limit]
    free = Ticket.objects.select_for_update(skip_locked=True).filter(pk__in=set(due)).order_by("pk")
    locked = {ticket.pk: ticket for ticket in free}
    running = queries.with_openings(Clock.objects.filter(ticket_id__in=locked, next_at__lte=now))
    found = list(running.select_related("agreement__agreement").order_by("ticket_id", "id"))
    for clock in found:
        clock.ticket = locked[clock.ticket_id]
    return found


def _look(swept: _Sweep, found: Sequence[Clock]) -> None:
    """Find which levels each clock has reached, and when it must be looked at again."""
    ids = {clock.ticket_id for clock in found}
    rules = {rule.pk: rule for rule in escalations.rules({clock.ticket.desk_id for clock in found})}
    told = escalations.told(ids)
    waits: dict[int, list[Pause]] = {}
    for pause in Pause.objects.filter(ticket_id__in=ids).order_by("began_at", "id"):
        waits.setdefault(pause.ticket_id, []).append(pause)
    for clock in found:
        try:
            passed, clock.next_at = _reached(clock, rules, told, waits.get(clock.ticket_id, ()), swept.now)
        except (Refused, ValueError) as trouble:
            log.warning("clock unreadable", clock=clock.pk, ticket=clock.ticket_id, error=str(trouble)[:200])
            passed, clock.next_at = [], swept.now + LEFT_ALONE_FOR
        swept.looked_at.append(clock)
        swept.passed.setdefault(clock.ticket_id, []).extend(passed)


def _reached(
    clock: Clock,
    rules: Mapping[int, EscalationRule],
    told: Mapping[Promise, Mapping[str, datetime]],
    waits: Iterable[Pause],
    now: datetime,
) -> tuple[list[_Passed], datetime | None]:
    taken_off = [(pause.began_at, pause.ended_at) for pause in queries.waits(clock, waits)]
    silent = escalations.silent(clock, told.get(escalations.promise_of(clock), {}))
    own = escalations.levels_of(clock, clock.ticket, rules.values())
    past, ahead = levels.reached(
        own, silent, lambda working: escalations.due_after(clock, working, taken_off), now=now
    )  # fmt: skip
    return [_Passed(clock, one, rules.get(one.level.rule_id or 0)) for one in past], ahead


def _tell(swept: _Sweep, locked: Mapping[int, Ticket]) -> None:
    """Write entries, alarms, rows and what is owed, each kind in one go."""
    passed, telling = [], []
    counted: dict[int, int] = {}
    for ticket_id, levels_passed in swept.passed.items():
        ticket = locked[ticket_id]
        row = tickets.life_of(ticket)
        for one in sorted(levels_passed, key=lambda one: one.reached.at):
            # When it was reached, not when somebody looked; but never before the fact it follows.
            at = max(one.reached.at, row.latest_at or one.reached.at)
            row = life.apply(row, life.Fact(one.kind, None, at, one.facts))
            passed.append(one)
            telling.append(Telling(ticket.chain, one.kind, at, one.facts))
        if levels_passed:
            counted[ticket_id] = len(levels_passed)
            ticket.latest_at, ticket.latest_by_id = row.latest_at or swept.now, None
    if not passed:
        return
    entries = append_many(telling, by_id=None, recorded_at=swept.now)
    Alarm.objects.bulk_create(_alarm(one, swept.now) for one in passed)
    _set(_LATEST, [(locked[pk].latest_at, pk) for pk in counted])
    for many in set(counted.values()):
        same = [pk for pk, count in counted.items() if count == many]
        Figures.objects.filter(pk__in=same).update(events=F("events") + many)
    stirring = [entry.pk for entry, one in zip(entries, passed, strict=True) if one.rule]
    owe_each(REACT, {f"reaction:{pk}": {"entry": pk} for pk in stirring}, now=swept.now)


def _alarm(one: _Passed, now: datetime) -> Alarm:
    return Alarm(
        ticket_id=one.clock.ticket_id, clock=one.clock, level=one.reached.level.key, rule=one.rule,
        reached_at=one.reached.at, told_at=now, done_at=None if one.rule else now,
    )  # fmt: skip


def _write_next(looked_at: Sequence[Clock]) -> None:
    over = [clock.pk for clock in looked_at if clock.next_at is None]
    Clock.objects.filter(pk__in=over).update(next_at=None)
    _set(_NEXT, [(clock.next_at, clock.pk) for clock in looked_at if clock.next_at is not None])


# Written out: put together by the ORM row by row, they were half the price of a batch.
_LATEST = "UPDATE tickets_ticket SET latest_at = %s, latest_by_id = NULL WHERE id = %s"
_NEXT = "UPDATE sla_clock SET next_at = %s WHERE id = %s"


def _set(statement: str, rows: Sequence[tuple[datetime | None, int]]) -> None:
    if rows:
        adapt = connection.ops.adapt_datetimefield_value
        with connection.cursor() as cursor:
            cursor.executemany(statement, [(adapt(at), pk) for at, pk in rows])


def _seconds(length: timedelta | None) -> int:
    return int(length.total_seconds()) if length is not None else 0
