"""Random lives of tickets, in many zones around clock changes, against an oracle that counts minute by minute.

The oracle knows nothing of openings, clocks or tables: it keeps what happened in a list, asks of every minute by
itself whether it counts, and says what each promise must show. Deadlines, verdicts and explanations must agree.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from firstline.commands import classification, conversation, ownership, progress
from firstline.core.kernel.refusals import Refused
from firstline.core.people.models import Person
from firstline.core.sla import explained
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from tests import world
from tests.core.sla import oracle
from tests.core.sla.oracle import MINUTE, MOMENTS

# How many lives are lived; thousands are worth their time at night, and when clocks change.
EXAMPLES = int(os.environ.get("FIRSTLINE_EXAMPLES", "40"))
BUDGETS = {
    priority: {"take": 17 * priority, "first_response": 40 * priority, "next_response": 31 * priority,
               "resolve": 150 * priority}
    for priority in (1, 2, 3, 4)
}  # fmt: skip
# Shrinking a life of days counted in minutes takes longer than reading it.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
_FAR = 60 * 24 * 400

VERBS = ("take", "wait", "third", "resume", "reply", "ask", "priority", "resolve", "reopen")
lives = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 400), st.integers(1, 4)), min_size=3, max_size=9)


@dataclass
class Promise:
    """What the oracle knows of one promise."""

    kind: str
    start: datetime
    budget: int
    ended: datetime | None = None
    met: bool | None = None


@dataclass
class Oracle:
    """A ticket's life as a list of what happened, and every minute asked by itself."""

    description: dict[str, Any]
    start: datetime
    priority: int = 3
    taken: bool = False
    answered: bool = False
    stops: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    opened: dict[datetime, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.promises = [self._promise(kind, self.start) for kind in ("take", "first_response", "resolve")]

    def counts(self, minute: datetime) -> bool:
        """Return whether the minute that begins then is working time in which the ticket does not rest."""
        if minute not in self.opened:
            self.opened[minute] = oracle.is_open(self.description, minute)
        rests = any(since <= minute and (until is None or minute < until) for since, until in self.stops)
        return self.opened[minute] and not rests

    def used(self, promise: Promise, until: datetime) -> int:
        """Return the minutes that count from its start until then."""
        minute, used = promise.start, 0
        while minute < until:
            used += self.counts(minute)
            minute += MINUTE
        return used

    def due(self, promise: Promise) -> datetime:
        """Return the end of the minute in which the budget runs out."""
        minute, used = promise.start, 0
        for _ in range(_FAR):
            used += self.counts(minute)
            minute += MINUTE
            if used == promise.budget:
                return minute
        raise AssertionError("the oracle's calendars open every week")

    def running(self, *kinds: str) -> list[Promise]:
        return [promise for promise in self.promises if promise.ended is None and (not kinds or promise.kind in kinds)]

    def end(self, at: datetime, *kinds: str) -> None:
        for promise in self.running(*kinds):
            resting = self.stops and self.stops[-1][1] is None
            if resting:
                self.stops[-1] = (self.stops[-1][0], at)
            promise.ended, promise.met = at, self.due(promise) >= at
            if resting:
                self.stops[-1] = (self.stops[-1][0], None)

    def rest(self, at: datetime) -> None:
        self.wake(at)
        self.stops.append((at, None))

    def wake(self, at: datetime) -> None:
        if self.stops and self.stops[-1][1] is None:
            self.stops[-1] = (self.stops[-1][0], at)

    def ask(self, at: datetime) -> None:
        if self.answered and not self.running("first_response", "next_response"):
            self.promises.append(self._promise("next_response", at))

    def prioritise(self, priority: int) -> None:
        """Another priority: what runs keeps its start, and has another budget."""
        self.priority = priority
        for promise in self.running():
            promise.budget = BUDGETS[priority][promise.kind]

    def reopen(self, at: datetime) -> None:
        """What was resolved goes on where it stopped, as it was promised."""
        self.wake(at)
        last = [promise for promise in self.promises if promise.kind == "resolve"][-1]
        self.promises.append(Promise("resolve", last.start, last.budget))

    def _promise(self, kind: str, at: datetime) -> Promise:
        return Promise(kind, at, BUDGETS[self.priority][kind])


@dataclass
class Life:
    """The same life twice: by the desk's commands, and by the oracle."""

    ticket: Ticket
    olga: Person
    rita: Person
    said: Oracle
    now: datetime

    def live(self, verb: str, minutes: int, level: int) -> None:
        self.now += minutes * MINUTE
        deed, follows = getattr(self, f"_{verb}")(level)
        try:
            with transaction.atomic():
                deed()
        except Refused:
            return
        follows()

    def _take(self, level: int) -> tuple[Callable[[], object], Callable[[], None]]:
        return lambda: ownership.take(**self._by(self.olga)), lambda: self.said.end(self.now, "take")

    def _wait(self, level: int) -> Any:
        return self._waiting(State.WAITING_REQUESTER)

    def _third(self, level: int) -> Any:
        return self._waiting(State.WAITING_THIRD_PARTY)

    def _waiting(self, state: State) -> Any:
        return (
            lambda: progress.wait(**self._by(self.olga), on=state, why=""),
            lambda: self.said.rest(self.now),
        )

    def _resume(self, level: int) -> Any:
        return lambda: progress.resume(**self._by(self.olga)), lambda: self.said.wake(self.now)

    def _reply(self, level: int) -> Any:
        def follows() -> None:
            self.said.answered = True
            self.said.end(self.now, "first_response", "next_response")

        return lambda: conversation.reply(**self._by(self.olga), text="Hello."), follows

    def _ask(self, level: int) -> Any:
        before = Ticket.objects.get(pk=self.ticket.pk).state

        def follows() -> None:
            if before == State.WAITING_REQUESTER:
                self.said.wake(self.now)
            if before not in (State.RESOLVED, State.CLOSED):
                self.said.ask(self.now)

        return lambda: conversation.join(**self._by(self.rita), text="And?"), follows

    def _priority(self, level: int) -> Any:
        return (
            lambda: classification.set_priority(**self._by(self.olga), impact=level, urgency=level, why="!"),
            lambda: self.said.prioritise(level),
        )

    def _resolve(self, level: int) -> Any:
        def follows() -> None:
            self.said.wake(self.now)
            self.said.end(self.now)
            self.said.answered = True
            self.said.rest(self.now)

        return lambda: progress.resolve(**self._by(self.olga), how="Done."), follows

    def _reopen(self, level: int) -> Any:
        return lambda: progress.reopen(**self._by(self.rita), why=""), lambda: self.said.reopen(self.now)

    def _by(self, who: Person) -> dict[str, Any]:
        return {"ticket_id": self.ticket.pk, "by_id": who.pk, "now": self.now}


def test_clocks_show_what_a_slow_oracle_counts_minute_by_minute(db: None):
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
    @given(st.sampled_from(MOMENTS), st.integers(-2000, 500), lives, st.data())
    def lived(case: tuple[str, str], before: int, events: list[tuple[str, int, int]], data: st.DataObject) -> None:
        note(f"{case} {before} {events}")
        tz, written = case
        moment = oracle.at(written)
        description = data.draw(oracle.descriptions(tz, moment))
        description["hours"]["wed"] = [["09:00", "17:30"], *description["hours"].get("wed", [])]
        with transaction.atomic():
            life = _begun(description, moment.replace(second=0, microsecond=0) + before * MINUTE)
            for event in events:
                life.live(*event)
            _must_agree(life)
            transaction.set_rollback(True)

    lived()


def _begun(description: dict[str, Any], start: datetime) -> Life:
    rules = {name: part for name, part in description.items() if name != "tz"}
    calendar = world.calendar(tz=description["tz"], **rules)
    seconds = {p: {kind: minutes * 60 for kind, minutes in own.items()} for p, own in BUDGETS.items()}
    world.agreement(by_priority=seconds, on=calendar)
    olga, rita = world.person("Olga", team=world.front()), world.person("Rita")
    ticket = world.ticket(requester=rita, at=start)
    return Life(ticket, olga, rita, Oracle(description, start), start)


def _must_agree(life: Life) -> None:
    rows = [clock for clock in Clock.objects.filter(ticket=life.ticket).order_by("pk") if clock.state != "ended"]
    waits = life.said.stops and life.said.stops[-1][1] is None
    wanted, shown = [], []
    for promise in life.said.promises:
        due = None if promise.ended or waits else life.said.due(promise)
        state = ("met" if promise.met else "missed") if promise.ended else "paused" if waits else "running"
        wanted.append((promise.kind, promise.start, promise.budget, state, promise.ended, due))
    for row in rows:
        due = row.due_at if row.ended_at is None else None
        shown.append((row.kind, row.started_at, row.budget_for // MINUTE, row.state, row.ended_at, due))
    assert sorted(shown, key=_key) == sorted(wanted, key=_key)
    _explanations_agree(life, rows)


def _explanations_agree(life: Life, rows: list[Clock]) -> None:
    """Every clock that stands is explained by stretches that add up to what the oracle counted."""
    kept = {row.pk for row in rows}
    promises = {(promise.kind, promise.start, promise.ended): promise for promise in life.said.promises}
    for one in explained.of_ticket(life.ticket.pk, now=life.now):
        if one.clock.pk not in kept:
            continue
        derived = one.derivation
        promise = promises[one.clock.kind, one.clock.started_at, one.clock.ended_at]
        assert derived.used_for == life.said.used(promise, promise.ended or life.now) * MINUTE
        assert derived.left_for == derived.budget_for - derived.used_for
        ends = [derived.started_at, *(stretch.ended_at for stretch in derived.stretches)]
        assert ends[-1] == derived.until_at
        assert [stretch.began_at for stretch in derived.stretches] == ends[:-1]
        if one.clock.state == Clock.State.RUNNING and one.clock.due_at:
            assert derived.due_at == one.clock.due_at
            by_due = [s.counted_for for s in derived.stretches if s.ended_at <= one.clock.due_at]
            assert sum(by_due, timedelta(0)) == derived.budget_for or derived.until_at > one.clock.due_at


def _key(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(str(part) for part in row)
