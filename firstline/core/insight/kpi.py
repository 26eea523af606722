"""What a desk's figures come to, from counts of its tickets. Pure: counts in, numbers out.

The definitions stand in docs/features/reports.md; the names of the keys are read by others' programs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

UNKNOWN = "?"
# A counter of reassignments this high and above is told together.
MANY = 10


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    """What tickets have in common that the counts below are told by."""

    priority: int
    made_sla: bool
    reassignments: int
    reopened: bool
    has_change: bool


@dataclass(frozen=True, slots=True)
class Spread:
    """Seconds to resolution of `n` tickets: their sum, the two (or one) in the middle, and the 90th percentile."""

    n: int
    total: int
    low_middle: int
    high_middle: int
    p90: int


@dataclass(frozen=True)
class Counts:
    """Tickets counted; every mapping stands in the order in which its keys were first seen.

    traits    Trait (reassignments at most MANY) -> tickets
    opened    hours since 1970 -> tickets opened in that hour
    closed    days since 1970 -> tickets closed on that day
    took      priority, and "all" -> Spread of the tickets that were resolved, and not before they were opened
    waited    seconds waited on requesters in all, and the number of tickets that waited
    variants  path of states -> tickets
    """

    events: int = 0
    traits: Mapping[Trait, int] = field(default_factory=dict)
    channels: Mapping[str, int] = field(default_factory=dict)
    opened: Mapping[int, int] = field(default_factory=dict)
    last_opened: int = 0
    closed: Mapping[int, int] = field(default_factory=dict)
    took: Mapping[str, Spread] = field(default_factory=dict)
    unresolved: int = 0
    waited: int = 0
    waiting_tickets: int = 0
    problems: Mapping[str, int] = field(default_factory=dict)
    teams: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    sites: Mapping[str, int] = field(default_factory=dict)
    variants: Mapping[tuple[str, ...], int] = field(default_factory=dict)


def kpi(counts: Counts) -> dict[str, Any]:
    """Return the figures of a desk under their stable keys, ready for JSON."""
    traits = counts.traits
    return {
        "tickets": sum(traits.values()),
        "events": counts.events,
        "by_priority": _by(traits, lambda trait: trait.priority),
        "by_channel": dict(sorted(counts.channels.items())),
        "reopened": _sum(n for trait, n in traits.items() if trait.reopened),
        "reassigned": _sum(n for trait, n in traits.items() if trait.reassignments),
        "reassignments": _histogram(traits),
        "never_reassigned_nor_reopened": _sum(
            n for trait, n in traits.items() if not trait.reassignments and not trait.reopened
        ),
        "sla_met": _sum(n for trait, n in traits.items() if trait.made_sla),
        "sla_met_by_priority": _promises(traits),
        "linked_to_problem": sum(counts.problems.values()),
        "problems": len(counts.problems),
        "linked_to_change": _sum(n for trait, n in traits.items() if trait.has_change),
        "resolution_hours": {of: _hours(spread) for of, spread in sorted(counts.took.items())},
        "unresolved": counts.unresolved,
        **_openings(counts.opened),
        "backlog": _backlog(counts),
        "top_teams": _top(counts.teams, 10),
        "top_categories": _top(counts.categories, 10),
        "top_sites": _top(counts.sites, 5),
        "waiting_on_requester": {"tickets": counts.waiting_tickets, "hours": round(counts.waited / 3600, 1)},
        "transitions": _top(_transitions(counts.variants), 20),
    }


def _sum(numbers: Iterable[int]) -> int:
    return sum(numbers)


def _by(traits: Mapping[Trait, int], key: Any) -> dict[str, int]:
    found: Counter[int] = Counter()
    for trait, n in traits.items():
        found[key(trait)] += n
    return {str(value): found[value] for value in sorted(found)}


def _histogram(traits: Mapping[Trait, int]) -> dict[str, int]:
    counted = _by(traits, lambda trait: min(trait.reassignments, MANY))
    return {f"{MANY}+" if value == str(MANY) else value: n for value, n in counted.items()}


def _promises(traits: Mapping[Trait, int]) -> dict[str, list[int]]:
    every = _by(traits, lambda trait: trait.priority)
    met = _by({trait: n for trait, n in traits.items() if trait.made_sla}, lambda trait: trait.priority)
    return {priority: [met.get(priority, 0), n] for priority, n in every.items()}


def places(n: int) -> tuple[int, int, int]:
    """Return where, among `n` sorted values, the lower and the upper middle and the 90th percentile stand."""
    return (n - 1) // 2, n // 2, int(0.9 * (n - 1))


def _hours(spread: Spread) -> dict[str, float]:
    median = (spread.low_middle + spread.high_middle) / 2
    hours = {"mean": spread.total / spread.n, "median": median, "p90": spread.p90}
    return {"n": spread.n, **{name: round(seconds / 3600, 3) for name, seconds in hours.items()}}


def _openings(opened: Mapping[int, int]) -> dict[str, dict[str, int]]:
    """Return tickets by month, weekday (0 is Monday) and hour of their opening, in UTC."""
    months: Counter[str] = Counter()
    weekdays: Counter[int] = Counter()
    hours: Counter[int] = Counter()
    for hour, n in opened.items():
        moment = datetime.fromtimestamp(hour * 3600, tz=UTC)
        months[f"{moment:%Y-%m}"] += n
        weekdays[moment.weekday()] += n
        hours[moment.hour] += n
    return {
        "opened_by_month": {month: months[month] for month in sorted(months)},
        "opened_by_weekday": {str(day): weekdays[day] for day in sorted(weekdays)},
        "opened_by_hour": {str(hour): hours[hour] for hour in sorted(hours)},
    }


def _backlog(counts: Counts) -> dict[str, int]:
    """Return the tickets opened before and not closed before each first of a month."""
    if not counts.opened:
        return {}
    first = datetime.fromtimestamp(min(counts.opened) * 3600, tz=UTC).date()
    until = datetime.fromtimestamp(counts.last_opened, tz=UTC).date() + timedelta(days=62)
    told = {}
    month = first.replace(day=1)
    while month <= until:
        month = _next_month(month)
        day = (month - date(1970, 1, 1)).days
        opened = _sum(n for hour, n in counts.opened.items() if hour < day * 24)
        told[month.isoformat()] = opened - _sum(n for closed, n in counts.closed.items() if closed < day)
    return told


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _top(counted: Mapping[str, int], limit: int) -> list[list[Any]]:
    """Return the most frequent, among equals the first seen."""
    return [[label, n] for label, n in Counter(counted).most_common(limit)]


def _transitions(variants: Mapping[tuple[str, ...], int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for path, n in variants.items():
        for before, after in pairwise(path):
            found[f"{before} -> {after}"] += n
    return found
