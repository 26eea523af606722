"""Random lives folded in memory, in many zones around clock changes, against the oracle that asks every minute.

Two folds are held to it: `timelines.read`, by which files of vectors are answered, and `derivation.derive`, by
which a deadline is explained; both stand on `workclock`, as the desk's clocks do. `FIRSTLINE_EXAMPLES=5000` for a
night; the same lives through the desk's commands are in `tests/flows/test_clocks_against_the_oracle.py`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from firstline.core.sla import descriptions, timelines, workclock
from firstline.core.sla.derivation import OPEN, Derivation, derive
from firstline.core.sla.openings import Openings
from firstline.core.sla.timelines import Clock, Event
from firstline.core.tickets.states import DONE, WAITING, State
from tests.core.sla import oracle
from tests.core.sla.oracle import MINUTE, MOMENTS, Description
from tests.core.sla.slow_lives import Minutes

EXAMPLES = int(os.environ.get("FIRSTLINE_EXAMPLES", "300"))
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)

WHATS = ("customer_message", "agent_contact", "first_response_recorded", "closed", *State)
lives = st.lists(st.tuples(st.sampled_from(WHATS), st.integers(0, 400)), min_size=1, max_size=12)
budgets = st.fixed_dictionaries({name: st.integers(1, 700) for name in ("first_response", "update", "solution")})


@dataclass
class Slow:
    """What the clocks of a life show, said slowly: one set of minutes, a beginning and an end for each promise."""

    minutes: Minutes
    start: datetime
    state: str = State.NEW
    responded: datetime | None = None
    closed: datetime | None = None
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def happened(self, what: str, at: datetime) -> None:
        """Take in an event."""
        if what == "customer_message" and (not self.asked or self.asked[-1][1]):
            self.asked.append((at, None))
        if what == "agent_contact" and self.asked and not self.asked[-1][1]:
            self.asked[-1] = (self.asked[-1][0], at)
        if what in ("agent_contact", "first_response_recorded"):
            self.responded = self.responded or at
        if what in set(State):
            self._entered(what, at)

    def _entered(self, state: str, at: datetime) -> None:
        rests, rested = state in WAITING | DONE, self.state in WAITING | DONE
        if rests and not rested:
            self.minutes.rest(at)
        if not rests:
            self.minutes.wake(at)
        self.closed = None if state not in DONE else self.closed or at
        self.state = state

    def promises(self) -> list[tuple[str, datetime, datetime | None]]:
        """Return which target each promise has, when it began and when it was met."""
        responses = [("update", begun, met) for begun, met in self.asked]
        return [
            ("first_response", self.start, self.responded),
            *responses,
            ("solution", self.start, self.closed),
        ]


def test_folded_lives_show_what_a_slow_oracle_counts_minute_by_minute():
    zones = set()

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), phases=UNSHRUNK)
    @given(st.sampled_from(MOMENTS), st.integers(-2000, 500), lives, budgets, st.data())
    def lived(
        case: tuple[str, str], before: int, events: list[tuple[str, int]], targets: dict[str, int], data: st.DataObject
    ) -> None:
        note(f"{case} {before} {events} {targets}")
        tz, written = case
        zones.add(tz)
        moment = oracle.at(written)
        description = data.draw(oracle.descriptions(tz, moment))
        description["hours"]["wed"] = [["09:00", "17:30"], *description["hours"].get("wed", [])]
        start = moment.replace(second=0, microsecond=0) + before * MINUTE
        _live(description, start, events, targets)

    lived()
    assert len(zones) >= min(12, EXAMPLES // 10)


def _live(description: Description, start: datetime, events: list[tuple[str, int]], targets: dict[str, int]) -> None:
    slow, told, at = Slow(Minutes(description), start), [], start
    for what, minutes in events:
        at += minutes * MINUTE
        what = "closed" if what == State.CLOSED else what
        told.append(Event(at, "state", what) if what in set(State) else Event(at, what))
        slow.happened(what, at)
    calendar = descriptions.read(description)
    openings = workclock.frozen_openings(start, calendar)
    budgets_for = {name: minutes * MINUTE for name, minutes in targets.items()}
    reading = timelines.read(start, told, budgets_for, openings)

    assert reading.closed == (slow.closed is not None)
    for clock, (target, began, met) in zip(reading.clocks(), slow.promises(), strict=True):
        assert (clock.began, clock.met) == (began, met)
        due = None if met else slow.minutes.due(began, targets[target])
        assert (clock.due(), clock.spent(at)) == (due, slow.minutes.used(began, met or at))
        _explained(clock, slow, at, openings)


def _explained(clock: Clock, slow: Slow, at: datetime, openings: Openings) -> None:
    """The clock is explained by stretches without a gap, each of which the oracle counts or skips whole."""
    waits = [(State.WAITING_REQUESTER.value, *pause) for pause in clock.pauses]
    derived = derive(clock.began, clock.target or MINUTE, waits, openings, now=at, ended_at=clock.met)
    assert derived.used_for == clock.spent(at)
    ends = [derived.started_at, *(stretch.ended_at for stretch in derived.stretches)]
    assert [stretch.began_at for stretch in derived.stretches] == ends[:-1]
    assert ends[-1] == derived.until_at
    counted = timedelta(0)
    for stretch in derived.stretches:
        used = slow.minutes.used(stretch.began_at, stretch.ended_at)
        assert stretch.counted_for == used == (stretch.lasted_for if stretch.reason == OPEN else timedelta(0))
        counted += used
        assert stretch.total_for == counted
    _due_as_shown(clock, derived, slow)


def _due_as_shown(clock: Clock, derived: Derivation, slow: Slow) -> None:
    if clock.met is None:
        assert derived.due_at == clock.due()
    elif derived.due_at is not None:
        assert slow.minutes.used(clock.began, derived.due_at) == derived.budget_for
