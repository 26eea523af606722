"""A calendar's year, day by day: open, short, closed, and why. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from firstline.core.sla import workclock
from firstline.core.sla.calendar import HORIZON_YEARS, Calendar
from firstline.core.sla.intervals import Interval
from firstline.core.sla.openings import NeverDue
from firstline.core.sla.zones import zone

OPEN, SHORT, LONG, CLOSED = "open", "short", "long", "closed"
# Why a day is as it is.
WEEKLY, HOLIDAY, SPECIAL, BREAK = "weekly", "holiday", "special", "break"


@dataclass(frozen=True, slots=True)
class Day:
    """One day: how it stands against its weekday, why, and the hours that begin on it.

    state   "open" as every such weekday, "short" or "long" against it, or "closed"
    why     what made it so: the weekly hours, a holiday, special hours, a break
    name    what the holiday is called
    hours   wall times as (from, to), seconds of the local day; one that ends after 86400 runs over midnight
    """

    day: date
    state: str
    why: str
    name: str
    hours: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """Whether a calendar is open at a moment, since when or until when, and why not."""

    open: bool
    changes_at: datetime | None
    today: Day


def day_of(calendar: Calendar, day: date) -> Day:
    """Return how one day stands."""
    weekly = calendar.hours[day.weekday()]
    special = dict(calendar.shifts).get(day)
    planned = weekly if special is None else special
    broken = dict(calendar.breaks).get(day, ())
    if calendar.is_holiday(day):
        return Day(day, CLOSED, HOLIDAY, calendar.holiday_name(day), ())
    state = _state(_length(planned) - _cut(planned, broken), _length(weekly))
    why = SPECIAL if special is not None else BREAK if broken else WEEKLY
    return Day(day, state, why, "", planned)


def days(calendar: Calendar, year: int) -> list[Day]:
    """Return all days of a year."""
    first = date(year, 1, 1)
    return [day_of(calendar, first + timedelta(days=n)) for n in range((date(year + 1, 1, 1) - first).days)]


def months(calendar: Calendar, year: int) -> list[list[list[Day | None]]]:
    """Return a year as months of weeks, Monday first; None stands where another month's days would."""
    found: list[list[list[Day | None]]] = []
    for day in days(calendar, year):
        if day.day.day == 1:
            found.append([[None] * day.day.weekday()])
        if len(found[-1][-1]) == 7:
            found[-1].append([])
        found[-1][-1].append(day)
    for month in found:
        month[-1] += [None] * (7 - len(month[-1]))
    return found


def now_of(calendar: Calendar, moment: datetime) -> Now:
    """Return whether the calendar is open at `moment`, and when that changes next (None: not in reach)."""
    today = day_of(calendar, moment.astimezone(zone(calendar.tz)).date())
    try:
        begins, ends = next(workclock.periods_after(moment, calendar))
    except (NeverDue, StopIteration):
        return Now(False, None, today)
    is_open = begins <= moment.replace(microsecond=0)
    # What is open to the end of what was unfolded is never closed.
    closes = ends if ends.year - moment.year < HORIZON_YEARS else None
    return Now(is_open, closes if is_open else begins, today)


def _state(length: int, weekly: int) -> str:
    if length <= 0:
        return CLOSED
    return OPEN if length == weekly else SHORT if length < weekly else LONG


def _length(hours: tuple[Interval, ...]) -> int:
    return sum(end - begin for begin, end in hours)


def _cut(hours: tuple[Interval, ...], broken: tuple[Interval, ...]) -> int:
    return sum(
        max(0, min(end, stop) - max(begin, since)) for begin, end in hours for since, stop in broken
    )  # fmt: skip
