"""Working time: how many due and elapsed questions are answered in a second."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from firstline.core.sla import descriptions, workclock
from firstline.core.sla.calendar import Calendar
from firstline.core.sla.openings import Openings

QUESTIONS = 200_000
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
OFFICE = {
    "tz": "Europe/Berlin",
    "hours": {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    "holidays": ["2026-01-01", "2026-05-01", "2026-12-25"],
}


def measure() -> dict[str, float]:
    """Return questions a second for each way of asking, and milliseconds to unfold and to store a year."""
    calendar = descriptions.read(OFFICE)
    openings = workclock.frozen_openings(YEAR, calendar)
    starts, budgets, ends = _questions()
    numbers = [int(start.timestamp()) for start in starts]
    seconds = [budget // workclock.SECOND for budget in budgets]
    pauses = [(start + timedelta(hours=1), start + timedelta(hours=30)) for start in starts]
    return {
        "due, whole seconds /s": _rate(lambda: list(map(openings.due, numbers, seconds))),
        "elapsed, whole seconds /s": _rate(
            lambda: list(map(openings.worked, numbers, (int(end.timestamp()) for end in ends)))
        ),
        "due, datetimes, stored openings /s": _rate(lambda: _due(starts, budgets, openings)),
        "due, datetimes, calendar /s": _rate(lambda: _due(starts, budgets, calendar)),
        "elapsed, datetimes, stored openings /s": _rate(
            lambda: [workclock.elapsed(start, end, openings) for start, end in zip(starts, ends, strict=True)]
        ),
        "due with one pause, datetimes /s": _rate(
            lambda: [
                workclock.due_with_pauses(start, budget, [pause], openings)
                for start, budget, pause in zip(starts, budgets, pauses, strict=True)
            ]
        ),
        "a year of a calendar unfolded, ms": _milliseconds(lambda: calendar.openings(2026, 2026)),
        "three years stored and restored, ms": _milliseconds(lambda: Openings.restored(openings.frozen())),
        "three years stored, bytes": float(len(openings.frozen())),
    }


def _due(starts: list[datetime], budgets: list[timedelta], calendar: Calendar | Openings) -> list[datetime]:
    return [workclock.due_at(start, budget, calendar) for start, budget in zip(starts, budgets, strict=True)]


def _questions() -> tuple[list[datetime], list[timedelta], list[datetime]]:
    chance = random.Random(1)  # the same questions each time
    starts = [YEAR + timedelta(seconds=chance.randrange(300 * 86_400)) for _ in range(QUESTIONS)]
    budgets = [timedelta(minutes=chance.randrange(1, 80 * 60)) for _ in range(QUESTIONS)]
    ends = [start + timedelta(seconds=chance.randrange(60 * 86_400)) for start in starts]
    return starts, budgets, ends


def _rate(answer: Callable[[], object]) -> float:
    return QUESTIONS / min(_seconds(answer) for _ in range(3))


def _milliseconds(answer: Callable[[], object]) -> float:
    return 1000 * min(_seconds(answer) for _ in range(5))


def _seconds(answer: Callable[[], object]) -> float:
    began = time.perf_counter()
    answer()
    return time.perf_counter() - began


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name:<40} {value:>12,.1f}")
