"""Working time: when a budget runs out, and how much of it has passed, exact to the second.

Instants are aware and are counted by their whole second; what comes back is in UTC. Every function takes a
`Calendar`, which unfolds as far as it is asked, or the `Openings` that a clock was promised with, which
refuse what lies outside their window. Policies: docs/adr/0004-working-time.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from firstline.core.kernel.refusals import _
from firstline.core.sla.calendar import HORIZON_YEARS, Calendar, year_of
from firstline.core.sla.intervals import union
from firstline.core.sla.openings import NeverDue, Openings
from firstline.core.sla.zones import DAY, zone
from firstline.core.sla.zones import local_to_utc as local_to_utc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)

Pause = tuple[datetime, datetime | None]  # from, to; to is None while the pause lasts


class StillPaused(NeverDue):
    """The clock is paused and its budget has not run out: it has no due time until it goes on."""


class Schedule(Protocol):
    """Whatever knows opening hours in whole UTC seconds: a Calendar or Openings."""

    def worked(self, begin: int, end: int) -> int: ...
    def due(self, start: int, seconds: int) -> int: ...
    def start_before(self, end: int, seconds: int) -> int: ...
    def next_open(self, moment: int) -> int: ...
    def last_open(self, moment: int) -> int: ...


def due_at(start: datetime, budget: timedelta, calendar: Schedule) -> datetime:
    """Return the instant at which `budget` of working time has run out.

    start     aware datetime, any zone
    budget    working time in whole seconds, > 0
    returns   aware datetime in UTC; a budget that ends with the day is due at closing
    raises    ValueError if start is naive or budget is not positive;
              NeverDue if the calendar has no room for the budget
    source    docs/adr/0004-working-time.md; tz rules from the IANA database
    """
    return _instant(calendar.due(_second(start), _seconds(budget)))


def start_before(end: datetime, budget: timedelta, calendar: Schedule) -> datetime:
    """Return the latest start from which `budget` of working time fits before `end`.

    budget    working time in whole seconds, > 0
    returns   aware datetime in UTC; a budget that fills a day to its opening starts at the opening
    raises    as due_at
    """
    return _instant(calendar.start_before(_second(end), _seconds(budget)))


def elapsed(begin: datetime, end: datetime, calendar: Schedule) -> timedelta:
    """Return the working time in [begin, end); zero when end <= begin. Raises ValueError if one is naive."""
    return timedelta(seconds=calendar.worked(_second(begin), _second(end)))


def due_with_pauses(start: datetime, budget: timedelta, pauses: Iterable[Pause], calendar: Schedule) -> datetime:
    """Return the instant at which `budget` has run out, time inside `pauses` not counted.

    pauses    may overlap and come in any order; a pause without end still lasts
    raises    as due_at; StillPaused if the budget has not run out when the pause without end begins
    """
    now, left = _second(start), _seconds(budget)
    closed, lasting = _merged(pauses)
    for begin, end in closed:
        if lasting is not None and begin >= lasting:
            break
        spent = calendar.worked(now, begin)
        if spent >= left:
            break
        left -= spent
        if end > now:
            now = end
    if lasting is None:
        return _instant(calendar.due(now, left))
    if calendar.worked(now, lasting) < left:
        raise StillPaused(_("The clock is paused: it falls due only after it goes on."))
    return _instant(calendar.due(now, left))


def elapsed_with_pauses(begin: datetime, end: datetime, pauses: Iterable[Pause], calendar: Schedule) -> timedelta:
    """Return the working time in [begin, end) outside `pauses`, which may overlap; a None end still lasts."""
    now, last = _second(begin), _second(end)
    closed, lasting = _merged(pauses)
    if lasting is not None:
        last = min(last, lasting)
    spent = 0
    for pause_begin, pause_end in closed:
        spent += calendar.worked(now, min(pause_begin, last))
        now = max(now, pause_end)
    return timedelta(seconds=spent + calendar.worked(now, last))


def next_working_moment(moment: datetime, calendar: Schedule) -> datetime:
    """Return `moment` if it is working time, else the next opening. Raises ValueError, NeverDue."""
    return _instant(calendar.next_open(_second(moment)))


def last_working_moment(moment: datetime, calendar: Schedule) -> datetime:
    """Return `moment` if work goes on right before it, else the last closing. Raises ValueError, NeverDue."""
    return _instant(calendar.last_open(_second(moment)))


def periods_after(origin: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """Yield the opening periods from `origin` on, touching ones joined, as (opening, closing) in UTC.

    The first begins at `origin` if that is working time. They end some decades on, so take what you need;
    one that never closes ends there too. Raises ValueError, and NeverDue if the calendar never opens.
    """
    for begin, end in calendar.periods(_second(origin)):
        yield _instant(begin), _instant(end)


def add_business_days(start: datetime, days: int, calendar: Calendar, *, end_of_working_day: bool = False) -> datetime:
    """Return the same wall time `days` working days later, or earlier if negative.

    A working day is a date on which hours begin. 0 days mean the day itself, or the next working one.
    returns   aware datetime in UTC, moved into that day's hours if it falls before or after them;
              with `end_of_working_day`, that day's closing
    raises    ValueError if start is naive; NeverDue if there are not so many working days in reach
    """
    moment = _second(start)
    year_of(moment)  # refuses what is out of reach
    local = _instant(moment).astimezone(zone(calendar.tz))
    day, openings = _business_day(local.date(), days, calendar)
    opening, closing = openings[0][0], openings[-1][1]
    if end_of_working_day:
        return _instant(closing)
    same_time = _second(local_to_utc(datetime.combine(day, local.time()), calendar.tz))
    return _instant(min(max(same_time, opening), closing))


def frozen_openings(start: datetime, calendar: Calendar, *, years: int = 3) -> Openings:
    """Return the openings a clock that starts at `start` is promised with: whole UTC years from its own on.

    Whole years, so that all clocks of a calendar promised in one year share one stored row.
    """
    year = year_of(_second(start))
    return calendar.openings(year, year + years - 1)


def _business_day(day: date, days: int, calendar: Calendar) -> tuple[date, Sequence[tuple[int, int]]]:
    left = abs(days)
    step = timedelta(days=-1 if days < 0 else 1)
    openings = [] if days else calendar.openings_begun_on(day)
    reach = HORIZON_YEARS * 366
    for _try in range(reach if left < reach and not calendar.never_opens() else 0):
        if openings and left == 0:
            return day, openings
        day += step
        openings = calendar.openings_begun_on(day)
        left -= bool(openings) and left > 0
    raise NeverDue(
        _("This calendar has less than %(days)s working days within %(years)s years."),
        days=max(1, abs(days)), years=HORIZON_YEARS,
    )  # fmt: skip


def _merged(pauses: Iterable[Pause]) -> tuple[list[tuple[int, int]], int | None]:
    closed: list[tuple[int, int]] = []
    lasting: int | None = None
    for begin, end in pauses:
        since = _second(begin)
        if end is not None:
            closed.append((since, _second(end)))
        elif lasting is None or since < lasting:
            lasting = since
    return closed if _single(closed) else union(closed), lasting


def _single(closed: list[tuple[int, int]]) -> bool:
    """Whether there is nothing to join or drop: one pause, as most tickets have that waited at all."""
    return len(closed) == 1 and closed[0][0] < closed[0][1]


def _second(moment: datetime) -> int:
    try:
        since = moment - EPOCH
    except TypeError as error:
        raise ValueError("the moment must be an aware datetime: say in which zone it is") from error
    return since.days * DAY + since.seconds


def _seconds(budget: timedelta) -> int:
    seconds = budget.days * DAY + budget.seconds
    if seconds <= 0 or budget.microseconds:
        raise ValueError("the budget must be whole seconds of working time, more than none")
    return seconds


def _instant(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)
