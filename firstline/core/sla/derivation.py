"""Why a deadline is what it is: every stretch from the start on, counted or skipped with its reason.

The stretches follow one another without a gap, so that the arithmetic can be checked by hand: what was counted,
added up, is the time used, and up to the deadline exactly the time promised. Whole seconds, in UTC.
Source: docs/adr/0004-working-time.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstline.core.sla.intervals import Interval
from firstline.core.sla.openings import Openings

# Why a stretch counts, or does not; a pause gives the state the ticket stood in as its reason.
OPEN, CLOSED = "open", "closed"

Wait = tuple[str, datetime, datetime | None]  # the state, from, to; to is None while it lasts


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some time between two instants, all of it counted or none.

    counted_for  its length, if it counts
    working_for  the working time in it: taken off where it does not count
    total_for    what was counted up to its end
    """

    began_at: datetime
    ended_at: datetime
    reason: str
    counted_for: timedelta
    working_for: timedelta
    total_for: timedelta

    @property
    def counts(self) -> bool:
        """Whether it was counted."""
        return self.reason == OPEN

    @property
    def lasted_for(self) -> timedelta:
        """Return its length on any clock."""
        return self.ended_at - self.began_at


@dataclass(frozen=True, slots=True)
class Derivation:
    """A clock taken apart.

    until_at   up to when: the end of a clock that has ended, the deadline of one that runs, or the present
    used_for   working time used up to `used_at`
    left_for   what is left of the budget then, below zero if it was overrun
    due_at     the deadline, or None while a wait that lasts has not let it come
    """

    started_at: datetime
    until_at: datetime
    budget_for: timedelta
    stretches: tuple[Stretch, ...]
    used_at: datetime
    used_for: timedelta
    left_for: timedelta
    due_at: datetime | None


def derive(
    started_at: datetime,
    budget_for: timedelta,
    waits: Iterable[Wait],
    openings: Openings,
    *,
    now: datetime,
    ended_at: datetime | None = None,
) -> Derivation:
    """Return how a clock came to its deadline.

    openings  those it was promised with
    now       up to when a clock that has not ended is measured
    raises    BeyondOpenings if it reaches out of the window of its openings
    """
    start, budget = _second(started_at), int(budget_for.total_seconds())
    measured = max(start, _second(ended_at or now))
    paused = _paused(waits, start)
    lasting = any(until is None for _state, _since, until in paused)
    due = _due(start, budget, paused, openings)
    until = measured if ended_at or due is None else max(measured, due)
    stretches = tuple(_stretches(start, until, paused, openings))
    used = _counted(start, measured, paused, openings)
    return Derivation(
        started_at=_instant(start),
        until_at=_instant(until),
        budget_for=budget_for,
        stretches=stretches,
        used_at=_instant(measured),
        used_for=timedelta(seconds=used),
        left_for=timedelta(seconds=budget - used),
        due_at=None if due is None or (lasting and due > measured) else _instant(due),
    )


_Paused = tuple[str, int, int | None]


def _paused(waits: Iterable[Wait], start: int) -> list[_Paused]:
    """Return the waits after the start in order, none over another: the earlier one keeps what both claim."""
    found: list[_Paused] = []
    reached: int | None = start
    for state, begin, end in sorted((_in_seconds(wait) for wait in waits), key=lambda one: one[1]):
        if reached is None:
            break
        begin = max(begin, reached)
        if end is None or end > begin:
            found.append((state, begin, end))
            reached = end
    return found


def _in_seconds(wait: Wait) -> _Paused:
    state, begin, end = wait
    return state, _second(begin), None if end is None else _second(end)


def _due(start: int, budget: int, paused: Sequence[_Paused], openings: Openings) -> int | None:
    """Return when the budget has run out; None if a wait that lasts begins before."""
    at, left = start, budget
    for _state, begin, end in paused:
        spent = openings.worked(at, begin)
        if spent >= left:
            break
        if end is None:
            return None
        at, left = end, left - spent
    return openings.due(at, left)


def _counted(start: int, until: int, paused: Sequence[_Paused], openings: Openings) -> int:
    counted, at = 0, start
    for _state, begin, end in paused:
        counted += openings.worked(at, min(begin, until))
        if end is None or end >= until:
            return counted
        at = end
    return counted + openings.worked(at, until)


def _stretches(start: int, until: int, paused: Sequence[_Paused], openings: Openings) -> Iterator[Stretch]:
    total, at = 0, start
    for state, begin, end in [*paused, ("", until, until)]:
        for reason, since, to in _open_or_closed(at, min(begin, until), openings):
            length = to - since if reason == OPEN else 0
            total += length
            yield _stretch(since, to, reason, length, length, total)
        stop = until if end is None else min(end, until)
        if begin >= until:
            return
        yield _stretch(begin, stop, state, 0, openings.worked(begin, stop), total)
        at = stop


def _open_or_closed(since: int, to: int, openings: Openings) -> Iterator[tuple[str, int, int]]:
    if since >= to:
        return
    openings.worked(since, to)  # refuses what lies outside the window
    at = since
    for begin, end in _opened(since, to, openings):
        if begin > at:
            yield CLOSED, at, begin
        yield OPEN, begin, end
        at = end
    if at < to:
        yield CLOSED, at, to


def _opened(since: int, to: int, openings: Openings) -> Iterator[Interval]:
    for begin, end in openings.after(since):
        if begin >= to:
            return
        yield begin, min(end, to)


def _stretch(since: int, to: int, reason: str, counted: int, working: int, total: int) -> Stretch:
    lengths = (timedelta(seconds=seconds) for seconds in (counted, working, total))
    return Stretch(_instant(since), _instant(to), reason, *lengths)


def _second(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
