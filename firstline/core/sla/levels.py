"""The levels of a clock: the instants, in working time, at which its rules of escalation speak.

A level is reached when so much of the clock's working time has passed: a percentage of its budget, the budget
itself, or so long before or after it. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.core.sla.openings import NeverDue

DUE = "due"


@dataclass(frozen=True, slots=True)
class Rung:
    """What of a rule decides when it speaks: exactly one of `percent` and `offset_for` is given."""

    rule_id: int
    position: int
    percent: int | None
    offset_for: timedelta | None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of one clock: after how many seconds of working time it is reached, and whose it is."""

    key: str
    seconds: int
    rule_id: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Reached:
    """A level and the instant at which its clock reaches it."""

    at: datetime
    level: Level


def levels(budget_for: timedelta, rungs: Iterable[Rung]) -> list[Level]:
    """Return a clock's levels in order: first reached first, the deadline before rules at the same second.

    A rule that would speak before the clock starts speaks with its first second.
    """
    budget = int(budget_for.total_seconds())
    found = [Level(DUE, budget, None, -1)]
    found += [Level(key_of(rung.rule_id), max(1, _after(budget, rung)), rung.rule_id, rung.position) for rung in rungs]
    return sorted(found, key=lambda level: (level.seconds, level.position, level.rule_id or 0))


def reached(
    found: Iterable[Level], fired: Iterable[str], due: Callable[[timedelta], datetime], *, now: datetime
) -> tuple[list[Reached], datetime | None]:
    """Return the levels reached by `now` that have not fired yet, in order, and when the next one will be.

    due     when so much working time has run out; asked level by level, no further than the first that lies ahead
    """
    past: list[Reached] = []
    known = set(fired)
    for level in found:
        if level.key in known:
            continue
        try:
            at = due(timedelta(seconds=level.seconds))
        except NeverDue:
            break
        if at > now:
            return past, at
        past.append(Reached(at, level))
    return past, None


def key_of(rule_id: int) -> str:
    """Return the key under which a rule's level is kept, once for a clock."""
    return f"rule:{rule_id}"


def _after(budget: int, rung: Rung) -> int:
    if rung.percent is not None:
        return budget * rung.percent // 100
    assert rung.offset_for is not None
    return budget + int(rung.offset_for.total_seconds())
