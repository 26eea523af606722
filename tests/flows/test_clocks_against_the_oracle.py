"""Random lives of tickets, in many zones around clock changes, against an oracle that counts minute by minute.

A life is lived twice: by the desk's commands, and by `tests/core/sla/slow_lives.py`, which asks every minute by
itself. Deadlines, verdicts and explanations must agree. The arithmetic alone, without tables and so on many more
lives, is in `tests/core/sla/test_lives_against_the_oracle.py`; FIRSTLINE_EXAMPLES says how many of each.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from firstline.commands import classification, conversation, ownership, progress
from firstline.core.kernel.refusals import Refused
from firstline.core.people.models import Person
from firstline.core.services.models import Service
from firstline.core.sla import explained
from firstline.core.sla.models import CalendarVersion, Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, State
from tests import world
from tests.core.sla import oracle
from tests.core.sla.oracle import MINUTE, MOMENTS
from tests.core.sla.slow_lives import BUDGETS, Minutes, Oracle

# How many lives are lived; thousands are worth their time at night, and when clocks change.
EXAMPLES = int(os.environ.get("FIRSTLINE_EXAMPLES", "80"))
# Shrinking a life of days counted in minutes takes longer than reading it.
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)

VERBS = (
    "take", "wait", "third", "plan", "resume", "reply", "ask", "priority", "service", "resolve", "reopen", "confirm",
)  # fmt: skip
lives = st.lists(st.tuples(st.sampled_from(VERBS), st.integers(1, 400), st.integers(1, 4)), min_size=3, max_size=9)


@dataclass(frozen=True)
class Desk:
    """Who lives all the lives: made once, since each life is rolled back to it."""

    olga: Person
    rita: Person
    easy: Service

    @classmethod
    def opened(cls) -> Desk:
        """Return a desk of one operator, one requester, and a service that promises all in twice the time."""
        return cls(world.person("Olga", team=world.front()), world.person("Rita"), world.service("easy"))

    def promises(self, calendar: CalendarVersion) -> None:
        """Promise BUDGETS on that calendar, and twice as much for the easy-going service."""
        for name, service, each in (("Standard", None, 60), ("Easy", self.easy, 120)):
            seconds = {p: {kind: minutes * each for kind, minutes in own.items()} for p, own in BUDGETS.items()}
            world.agreement(name, service=service, by_priority=seconds, on=calendar)


@dataclass
class Life:
    """The same life twice: by the desk's commands, and by the oracle."""

    ticket: Ticket
    desk: Desk
    said: Oracle
    now: datetime

    @classmethod
    def begun(cls, desk: Desk, description: dict[str, Any], start: datetime) -> Life:
        """Return a life that begins with a registration under that calendar."""
        rules = {name: part for name, part in description.items() if name != "tz"}
        desk.promises(world.calendar(tz=description["tz"], **rules))
        ticket = world.ticket(requester=desk.rita, at=start)
        return cls(ticket, desk, Oracle(Minutes(description), start), start)

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
        return lambda: ownership.take(**self._by(self.desk.olga)), lambda: self.said.end(self.now, "take")

    def _wait(self, level: int) -> Any:
        return self._waiting(State.WAITING_REQUESTER)

    def _third(self, level: int) -> Any:
        return self._waiting(State.WAITING_THIRD_PARTY)

    def _waiting(self, state: State) -> Any:
        return (
            lambda: progress.wait(**self._by(self.desk.olga), on=state, why=""),
            lambda: self.said.minutes.rest(self.now),
        )

    def _plan(self, level: int) -> Any:
        until = self.now + level * timedelta(days=1)
        return (
            lambda: progress.plan(**self._by(self.desk.olga), until=until, why=""),
            lambda: self.said.minutes.rest(self.now),
        )

    def _resume(self, level: int) -> Any:
        return lambda: progress.resume(**self._by(self.desk.olga)), lambda: self.said.minutes.wake(self.now)

    def _reply(self, level: int) -> Any:
        def follows() -> None:
            self.said.answered = True
            self.said.end(self.now, "first_response", "next_response")

        return lambda: conversation.reply(**self._by(self.desk.olga), text="Hello."), follows

    def _ask(self, level: int) -> Any:
        before = Ticket.objects.get(pk=self.ticket.pk).state

        def follows() -> None:
            if before == State.WAITING_REQUESTER:
                self.said.minutes.wake(self.now)
            if before not in DONE:
                self.said.ask(self.now)

        return lambda: conversation.join(**self._by(self.desk.rita), text="And?"), follows

    def _priority(self, level: int) -> Any:
        return (
            lambda: classification.set_priority(**self._by(self.desk.olga), impact=level, urgency=level, why="!"),
            lambda: self.said.prioritise(level),
        )

    def _service(self, level: int) -> Any:
        easy = level > 2
        chosen = self.desk.easy.pk if easy else None
        return (
            lambda: classification.reclassify(**self._by(self.desk.olga), service_id=chosen),
            lambda: self.said.serve(easy),
        )

    def _resolve(self, level: int) -> Any:
        def follows() -> None:
            self.said.minutes.wake(self.now)
            self.said.end(self.now)
            self.said.answered = True
            self.said.minutes.rest(self.now)

        return lambda: progress.resolve(**self._by(self.desk.olga), how="Done."), follows

    def _reopen(self, level: int) -> Any:
        return lambda: progress.reopen(**self._by(self.desk.rita), why=""), lambda: self.said.reopen(self.now)

    def _confirm(self, level: int) -> Any:
        return lambda: progress.confirm(**self._by(self.desk.rita)), lambda: None

    def _by(self, who: Person) -> dict[str, Any]:
        return {"ticket_id": self.ticket.pk, "by_id": who.pk, "now": self.now}


def test_clocks_show_what_a_slow_oracle_counts_minute_by_minute(db: None):
    desk, zones = Desk.opened(), set()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
    @given(st.sampled_from(MOMENTS), st.integers(-2000, 500), lives, st.data())
    def lived(case: tuple[str, str], before: int, events: list[tuple[str, int, int]], data: st.DataObject) -> None:
        note(f"{case} {before} {events}")
        tz, written = case
        zones.add(tz)
        moment = oracle.at(written)
        description = data.draw(oracle.descriptions(tz, moment))
        description["hours"]["wed"] = [["09:00", "17:30"], *description["hours"].get("wed", [])]
        with transaction.atomic():
            life = Life.begun(desk, description, moment.replace(second=0, microsecond=0) + before * MINUTE)
            for event in events:
                life.live(*event)
            _must_agree(life)
            transaction.set_rollback(True)

    lived()
    assert len(zones) >= min(12, EXAMPLES // 10)


def _must_agree(life: Life) -> None:
    rows = [clock for clock in Clock.objects.filter(ticket=life.ticket).order_by("pk") if clock.state != "ended"]
    waits = life.said.minutes.rests()
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
        assert derived.used_for == life.said.used(promise, promise.ended or life.now)
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
