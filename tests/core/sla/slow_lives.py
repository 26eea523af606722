"""A ticket's promises said slowly: what happened is a list, and every minute is asked by itself whether it counts.

It knows nothing of openings, clocks or tables. Minutes are numbered from 1970 on, as whole numbers are compared
ten times faster than instants; whether one is working time is asked of its wall clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.core.sla import oracle
from tests.core.sla.oracle import MINUTE

EPOCH = oracle.at("1970-01-01T00:00Z")
BUDGETS = {
    priority: {"take": 17 * priority, "first_response": 40 * priority, "next_response": 31 * priority,
               "resolve": 150 * priority}
    for priority in (1, 2, 3, 4)
}  # fmt: skip
_FAR = 60 * 24 * 400


@dataclass
class Promise:
    """What the oracle knows of one promise: its budget in minutes of working time."""

    kind: str
    start: datetime
    budget: int
    ended: datetime | None = None
    met: bool | None = None


@dataclass
class Minutes:
    """The minutes of a calendar, less those in which a ticket rested."""

    description: dict[str, Any]
    stops: list[tuple[int, int | None]] = field(default_factory=list)
    opened: dict[int, bool] = field(default_factory=dict)

    def count(self, minute: int) -> bool:
        """Return whether the minute that begins then is working time in which the ticket does not rest."""
        if minute not in self.opened:
            self.opened[minute] = oracle.is_open(self.description, instant(minute))
        if not self.opened[minute]:
            return False
        return not any(since <= minute and (until is None or minute < until) for since, until in self.stops)

    def used(self, start: datetime, until: datetime) -> timedelta:
        """Return the time that counts between them."""
        return sum(self.count(minute) for minute in range(numbered(start), numbered(until))) * MINUTE

    def due(self, start: datetime, budget: int) -> datetime | None:
        """Return the end of the minute in which the budget runs out; None if a rest that lasts keeps it from it."""
        left, first = budget, numbered(start)
        until = self.stops[-1][0] if self.rests() else first + _FAR
        for minute in range(first, until):
            left -= self.count(minute)
            if not left:
                return instant(minute + 1)
        assert self.rests(), "the oracle's calendars open every week"
        return None

    def rests(self) -> bool:
        """Return whether the ticket rests now."""
        return bool(self.stops) and self.stops[-1][1] is None

    def rest(self, at: datetime) -> None:
        """Let it rest from then on."""
        self.wake(at)
        self.stops.append((numbered(at), None))

    def wake(self, at: datetime) -> None:
        """Let its rest end, if it rests."""
        if self.rests():
            self.stops[-1] = (self.stops[-1][0], numbered(at))


@dataclass
class Oracle:
    """A ticket's promises, as what happens to it makes, changes and ends them."""

    minutes: Minutes
    start: datetime
    priority: int = 3
    easy: bool = False
    answered: bool = False
    promises: list[Promise] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.promises = [self._promise(kind, self.start) for kind in ("take", "first_response", "resolve")]

    def used(self, promise: Promise, until: datetime) -> timedelta:
        """Return what a promise has used until then."""
        return self.minutes.used(promise.start, until)

    def due(self, promise: Promise) -> datetime | None:
        """Return when a promise falls due."""
        return self.minutes.due(promise.start, promise.budget)

    def running(self, *kinds: str) -> list[Promise]:
        """Return the promises of these kinds, or of all, that have not ended."""
        return [promise for promise in self.promises if promise.ended is None and (not kinds or promise.kind in kinds)]

    def end(self, at: datetime, *kinds: str) -> None:
        """End promises, met or not; one that rests is judged as if it woke now."""
        for promise in self.running(*kinds):
            stops, self.minutes.stops = self.minutes.stops, list(self.minutes.stops)
            self.minutes.wake(at)
            due = self.due(promise)
            self.minutes.stops = stops
            promise.ended, promise.met = at, due is not None and due >= at

    def ask(self, at: datetime) -> None:
        """The requester writes: who was answered before waits for the next response."""
        if self.answered and not self.running("first_response", "next_response"):
            self.promises.append(self._promise("next_response", at))

    def prioritise(self, priority: int) -> None:
        """Another priority: what runs keeps its start, and has another budget."""
        self.priority = priority
        self._promise_anew()

    def serve(self, easy: bool) -> None:
        """Another service: what runs keeps its start, and an easy-going one has twice the time."""
        self.easy = easy
        self._promise_anew()

    def reopen(self, at: datetime) -> None:
        """What was resolved goes on where it stopped, as it was promised."""
        self.minutes.wake(at)
        last = [promise for promise in self.promises if promise.kind == "resolve"][-1]
        self.promises.append(Promise("resolve", last.start, last.budget))

    def _promise(self, kind: str, at: datetime) -> Promise:
        return Promise(kind, at, self._budget(kind))

    def _promise_anew(self) -> None:
        for promise in self.running():
            promise.budget = self._budget(promise.kind)

    def _budget(self, kind: str) -> int:
        return BUDGETS[self.priority][kind] * (2 if self.easy else 1)


def numbered(at: datetime) -> int:
    """Return the number of the minute that begins then."""
    return (at - EPOCH) // MINUTE


def instant(minute: int) -> datetime:
    """Return when the minute of that number begins."""
    return EPOCH + minute * MINUTE
