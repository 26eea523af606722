"""Which rules of escalation are about a clock, and which of its levels have been told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import QuerySet

from firstline.core.sla import levels, queries, workclock
from firstline.core.sla.levels import Level, Rung
from firstline.core.sla.models import Alarm, Clock, EscalationRule
from firstline.core.sla.openings import BeyondOpenings
from firstline.core.tickets.models import Ticket

PROMISED = (Clock.Kind.TAKE, Clock.Kind.FIRST_RESPONSE, Clock.Kind.NEXT_RESPONSE, Clock.Kind.RESOLVE)

# One promise, whichever of its clocks stands for it: chosen again, or reopened, it keeps its start.
Promise = tuple[int, str, datetime, int | None, int | None]


def rules(desk_ids: Iterable[int]) -> QuerySet[EscalationRule]:
    """Return the live rules of these desks, in order."""
    live = EscalationRule.objects.filter(desk_id__in=list(desk_ids), ended_at=None)
    return live.order_by("position", "id")


def levels_of(clock: Clock, ticket: Ticket, of_desk: Iterable[EscalationRule]) -> list[Level]:
    """Return the levels of a clock, in order; `of_desk` are the live rules of its ticket's desk."""
    rungs = [_rung(rule) for rule in of_desk if rule.desk_id == ticket.desk_id and _is_about(rule, clock, ticket)]
    return levels.levels(clock.budget_for, rungs)


def promise_of(clock: Clock) -> Promise:
    """Return which promise the clock stands for."""
    return clock.ticket_id, clock.kind, clock.started_at, clock.holding_id, clock.task_id


def told(ticket_ids: Iterable[int]) -> Mapping[Promise, dict[str, datetime]]:
    """Return, by promise, the levels that have been told, each with the instant it was last told at."""
    found: dict[Promise, dict[str, datetime]] = defaultdict(dict)
    alarms = Alarm.objects.filter(ticket_id__in=list(ticket_ids)).select_related("clock").order_by("id")
    for alarm in alarms:
        found[promise_of(alarm.clock)][alarm.level] = alarm.told_at
    return found


def silent(clock: Clock, told_of: Mapping[str, datetime]) -> set[str]:
    """Return the levels that need not be told again.

    A rule speaks once for a promise. That the deadline has passed is told again for a later deadline only.
    """
    return {
        key
        for key, told_at in told_of.items()
        if key != levels.DUE or (clock.due_at is not None and told_at >= clock.due_at)
    }


def due_after(clock: Clock, working: timedelta, waits: Iterable[workclock.Pause]) -> datetime:
    """Return when the clock will have run for so long. Raises NeverDue."""
    waits = list(waits)
    try:
        return workclock.due_with_pauses(clock.started_at, working, waits, queries.openings(clock))
    except BeyondOpenings:
        calendar = queries.working_calendar(clock.openings.calendar)
        return workclock.due_with_pauses(clock.started_at, working, waits, calendar)


def _is_about(rule: EscalationRule, clock: Clock, ticket: Ticket) -> bool:
    return (
        (rule.clock == clock.kind or (not rule.clock and clock.kind in PROMISED))
        and (rule.priority is None or ticket.priority <= rule.priority)
        and (rule.service_id is None or rule.service_id == ticket.service_id)
        and (rule.tier_id is None or rule.tier_id == clock.agreement.agreement.tier_id)
    )


def _rung(rule: EscalationRule) -> Rung:
    return Rung(rule.pk, rule.position, rule.percent, rule.offset_for)
