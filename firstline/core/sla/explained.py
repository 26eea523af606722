"""A clock explained: the rule, the agreement, the calendar, and every interval counted or skipped, as data.

What is said here is what the deadline was computed from, so that a test can hold the one against the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from firstline.core.kernel.texts import pick
from firstline.core.sla import queries
from firstline.core.sla.calendar import HORIZON_YEARS, Calendar
from firstline.core.sla.derivation import CLOSED, OPEN, Derivation, Stretch, derive
from firstline.core.sla.models import Agreement, AgreementRule, Clock, Pause
from firstline.core.sla.openings import BeyondOpenings
from firstline.core.sla.zones import zone

_NAMES = (
    "agreement__agreement__tier", "agreement__agreement__service", "agreement__agreement__team",
    "agreement__calendar__calendar", "rule__organisation", "rule__tier", "rule__service", "holding__team", "task__team",
)  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """A clock with the whole of its derivation; `holidays` are those that fell into it, by date."""

    clock: Clock
    derivation: Derivation
    holidays: dict[date, str]

    @property
    def rule(self) -> AgreementRule | None:
        """The rule that chose the agreement, if one did."""
        return self.clock.rule

    @property
    def agreement(self) -> Agreement:
        """The agreement of which one version was promised."""
        return self.clock.agreement.agreement

    @property
    def closest(self) -> str:
        """Why the agreement was the closest: bound to "tier_service", "tier", "service", to a "team" or to "all"."""
        own = self.agreement
        if own.team_id:
            return "team"
        return "_".join(name for name in ("tier", "service") if getattr(own, f"{name}_id")) or "all"

    @property
    def parts(self) -> list[timedelta]:
        """The stretches that were counted, which add up."""
        return [stretch.counted_for for stretch in self.derivation.stretches if stretch.counts]

    def days(self, stretch: Stretch) -> list[tuple[date, str]]:
        """Return the holidays that a closed stretch runs over."""
        here = zone(self.clock.agreement.calendar.time_zone)
        first, last = (at.astimezone(here).date() for at in (stretch.began_at, stretch.ended_at - timedelta(seconds=1)))
        return [(day, name) for day, name in self.holidays.items() if first <= day <= last]


def of_ticket(ticket_id: int, *, now: datetime, teams: bool = True) -> list[Explained]:
    """Return all clocks of a ticket explained, first started first; two statements and one for new openings.

    teams   with those of teams about holdings and tasks, which are the desk's own business
    """
    clocks = queries.with_openings(Clock.objects.filter(ticket_id=ticket_id))
    if not teams:
        clocks = clocks.filter(holding=None, task=None)
    waits = queries.pauses(ticket_id)
    return [explain(clock, waits, now=now) for clock in clocks.select_related(*_NAMES).order_by("started_at", "id")]


def explain(clock: Clock, of_ticket: Iterable[Pause], *, now: datetime) -> Explained:
    """Return how a clock came to its deadline, or to its verdict.

    of_ticket   the ticket's pauses
    now         up to when a clock that runs is measured
    """
    calendar = queries.working_calendar(clock.agreement.calendar)
    waits = [(pause.state, pause.began_at, pause.ended_at) for pause in queries.waits(clock, of_ticket)]
    asked: dict[str, Any] = {"now": now, "ended_at": clock.ended_at}
    try:
        derived = derive(clock.started_at, clock.budget_for, waits, queries.openings(clock), **asked)
    except BeyondOpenings:
        year = clock.started_at.astimezone(UTC).year
        further = calendar.openings(year, year + HORIZON_YEARS)
        derived = derive(clock.started_at, clock.budget_for, waits, further, **asked)
    return Explained(clock, derived, _holidays(calendar, derived.stretches))


def as_data(one: Explained, language: str = "en") -> dict[str, Any]:
    """Return the explanation as plain values: instants as they are, times in whole seconds."""
    clock, derived = one.clock, one.derivation
    return {
        "clock": clock.pk,
        "kind": str(clock.kind),
        "state": str(clock.state),
        "started_at": derived.started_at,
        "due_at": derived.due_at,
        "ended_at": clock.ended_at,
        "why": clock.why,
        "team": _team(clock),
        "chosen_by": _chosen(one, language),
        "agreement": {"name": one.agreement.name, "version": clock.agreement.version},
        "calendar": {
            "name": clock.agreement.calendar.calendar.name,
            "version": clock.agreement.calendar.version,
            "time_zone": clock.agreement.calendar.time_zone,
        },
        "budget_seconds": _seconds(derived.budget_for),
        "used_seconds": _seconds(derived.used_for),
        "left_seconds": _seconds(derived.left_for),
        "used_at": derived.used_at,
        "intervals": [_interval(one, stretch) for stretch in derived.stretches],
    }


def _team(clock: Clock) -> str | None:
    about = clock.holding or clock.task
    return about.team.name if about else None


def _chosen(one: Explained, language: str) -> dict[str, Any]:
    rule = one.rule
    if rule is None:
        return {"rule": None, "closest": one.closest}
    return {
        "rule": rule.position,
        "closest": None,
        "organisation": rule.organisation.name if rule.organisation else None,
        "tier": rule.tier.name if rule.tier else None,
        "service": pick(rule.service.name, language) if rule.service else None,
        "kind": rule.kind or None,
        "priority": rule.priority,
    }


def _interval(one: Explained, stretch: Stretch) -> dict[str, Any]:
    return {
        "from_at": stretch.began_at,
        "to_at": stretch.ended_at,
        "counted": stretch.counts,
        "reason": stretch.reason,
        "counted_seconds": _seconds(stretch.counted_for),
        "working_seconds": _seconds(stretch.working_for),
        "total_seconds": _seconds(stretch.total_for),
        "holidays": [day for day, _name in one.days(stretch)] if stretch.reason == CLOSED else [],
    }


def _holidays(calendar: Calendar, stretches: Sequence[Stretch]) -> dict[date, str]:
    """Return the days of closed stretches on which the calendar has a holiday, with its name."""
    found: dict[date, str] = {}
    here = zone(calendar.tz)
    for stretch in stretches:
        if stretch.reason == OPEN:
            continue
        day = stretch.began_at.astimezone(here).date()
        while day <= (stretch.ended_at - timedelta(seconds=1)).astimezone(here).date():
            if calendar.is_holiday(day):
                found[day] = calendar.holiday_name(day)
            day += timedelta(days=1)
    return found


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
