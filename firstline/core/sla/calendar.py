"""Calendars of working time: weekly hours in a time zone, holidays, special dates, breaks.

A moment is working time when the wall clock of the calendar's zone shows a time inside its hours. A night
interval belongs to the day it begins on: a holiday takes away the night that begins on it, and cuts the
night that runs into it. A calendar unfolds into `Openings` year by year, as far as it is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla.intervals import Interval, minus, union
from firstline.core.sla.openings import BeyondOpenings, NeverDue, Openings
from firstline.core.sla.zones import DAY, pieces, unfold, zone

FIRST_YEAR, LAST_YEAR = 1900, 2199
HORIZON_YEARS = 30
_EPOCH = date(1970, 1, 1).toordinal()

Hours = tuple[Interval, ...]  # seconds of the local day; one that ends after DAY runs over midnight
Dated = tuple[tuple[date, Hours], ...]


class OutOfReach(BadInput):
    """The question is about years that no calendar is computed for."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days from `begin` to `end`, both included, on which a calendar is closed; each year if yearly."""

    begin: date
    end: date
    yearly: bool = False
    # What it is called; two that differ in nothing else are the same.
    name: str = field(default="", compare=False)

    def covers(self, day: date) -> bool:
        """Return whether `day` is one of its days."""
        if not self.yearly:
            return self.begin <= day <= self.end
        first, last, this = ((d.month, d.day) for d in (self.begin, self.end, day))
        if self.begin.year == self.end.year:
            return first <= this <= last
        return this >= first or this <= last  # it runs over the new year


@dataclass(frozen=True)
class Calendar:
    """When a team works. Equal calendars have equal descriptions.

    tz          IANA zone of the wall clock
    hours       seven tuples of intervals, Monday first
    holidays    closed days, stronger than anything
    shifts      dates whose intervals replace those of their weekday
    breaks      dates with intervals that are cut out
    """

    tz: str
    hours: tuple[Hours, ...]
    holidays: tuple[Holiday, ...] = ()
    shifts: Dated = ()
    breaks: Dated = ()
    _shifts: dict[date, Hours] = field(init=False, repr=False, compare=False)
    _breaks: dict[date, Hours] = field(init=False, repr=False, compare=False)
    _dates: frozenset[date] = field(init=False, repr=False, compare=False)
    _ranges: tuple[Holiday, ...] = field(init=False, repr=False, compare=False)
    _yearly: frozenset[tuple[int, int]] = field(init=False, repr=False, compare=False)
    _reach: Openings | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        single = [day for day in self.holidays if day.begin == day.end]
        self._remember("_shifts", dict(self.shifts))
        self._remember("_breaks", dict(self.breaks))
        self._remember("_dates", frozenset(day.begin for day in single if not day.yearly))
        self._remember("_yearly", frozenset((day.begin.month, day.begin.day) for day in single if day.yearly))
        self._remember("_ranges", tuple(day for day in self.holidays if day.begin != day.end))
        self._remember("_reach", None)

    def is_holiday(self, day: date) -> bool:
        """Return whether the calendar is closed all `day`, whatever its hours say."""
        if day in self._dates or (day.month, day.day) in self._yearly:
            return True
        return any(holiday.covers(day) for holiday in self._ranges)

    def holiday_name(self, day: date) -> str:
        """Return what the holiday on `day` is called, or "" if it has no name or there is none."""
        return next((holiday.name for holiday in self.holidays if holiday.name and holiday.covers(day)), "")

    def never_opens(self) -> bool:
        """Return whether it has no hours at all, on any weekday or date."""
        return not any(self.hours) and not any(hours for _day, hours in self.shifts)

    def openings(self, first_year: int, last_year: int) -> Openings:
        """Return the openings of whole UTC years, both included: the form to freeze a promise with."""
        since, until = _new_year(first_year), _new_year(last_year + 1)
        here = zone(self.tz)
        walls = self.walls(since // DAY - 1, until // DAY + 2)
        return Openings.of(since, until, unfold(walls, pieces(here, since, until)))

    def walls(self, first: int, last: int) -> list[Interval]:
        """Return the working wall time of days [first, last), counted from 1970-01-01, in wall seconds."""
        opened: list[Interval] = []
        closed: list[Interval] = []
        for number in range(first - 1, last):  # the night of the day before runs into the first
            day, midnight = date.fromordinal(number + _EPOCH), number * DAY
            if self.is_holiday(day):
                closed.append((midnight, midnight + DAY))
            else:
                opened += [(midnight + begin, midnight + end) for begin, end in self._hours_of(day)]
            closed += [(midnight + begin, midnight + end) for begin, end in self._breaks.get(day, ())]
        return minus(union(opened), union(closed))

    def openings_begun_on(self, day: date) -> list[Interval]:
        """Return the openings, in UTC seconds, of the hours that begin on `day`; none if it has none."""
        number = day.toordinal() - _EPOCH
        midnight = number * DAY
        year_of(midnight)  # refuses what is out of reach
        if self.is_holiday(day):
            return []
        own = union((midnight + begin, midnight + end) for begin, end in self._hours_of(day))
        open_then = self.walls(number, number + 2)
        mine = minus(own, minus(own, open_then))
        return unfold(mine, pieces(zone(self.tz), midnight - 2 * DAY, midnight + 4 * DAY))

    def worked(self, begin: int, end: int) -> int:
        """Return the working seconds in [begin, end), as Openings.worked, for any window in reach."""
        return self._covering(begin, end).worked(begin, end) if begin < end else 0

    def due(self, start: int, seconds: int) -> int:
        """Return when `seconds` have run out, as Openings.due. Raises NeverDue."""
        if self._reach is not None:
            try:
                return self._reach.due(start, seconds)
            except BeyondOpenings:
                pass  # rarely: the years unfolded so far do not reach
        for openings in self._widening(start, 1):
            try:
                return openings.due(start, seconds)
            except BeyondOpenings:
                continue
        raise self._never(start, seconds, after=True)

    def start_before(self, end: int, seconds: int) -> int:
        """Return the latest start, as Openings.start_before. Raises NeverDue."""
        for openings in self._widening(end, -1):
            try:
                return openings.start_before(end, seconds)
            except BeyondOpenings:
                continue
        raise self._never(end, seconds, after=False)

    def next_open(self, moment: int) -> int:
        """Return the first working second at or after `moment`. Raises NeverDue."""
        return self.due(moment, 1) - 1

    def last_open(self, moment: int) -> int:
        """Return the end of the working time before `moment`. Raises NeverDue."""
        return self.start_before(moment, 1) + 1

    def periods(self, origin: int) -> Iterator[Interval]:
        """Yield the openings from `origin` on, to the horizon; the first begins no earlier than it."""
        shown, last = origin, (origin, origin)
        for openings in self._widening(origin, 1):
            *whole, last = openings.after(shown) or [last]
            for begin, end in whole:
                yield begin, end
                shown = end
        if last[0] < last[1]:
            yield last

    def _hours_of(self, day: date) -> Hours:
        return self._shifts.get(day, self.hours[day.weekday()])

    def _widening(self, moment: int, direction: int) -> Iterator[Openings]:
        # The bound on every search: some windows, the last of them HORIZON_YEARS wide.
        if self.never_opens():
            raise NeverDue(_("This calendar is never open, so nothing falls due by it: give it working hours."))
        year = year_of(moment)
        for years in (0, 1, 3, 8, 16, HORIZON_YEARS):
            reach = min(max(year + direction * years, FIRST_YEAR), LAST_YEAR)
            yield self._covering(moment, _new_year(reach + (direction > 0)))

    def _covering(self, one: int, other: int) -> Openings:
        """Return the openings computed so far, made to reach both moments."""
        low, high = min(one, other), max(one, other)
        reach = self._reach
        if reach is not None and reach.since <= low and high <= reach.until:
            return reach
        first, last = year_of(low), year_of(max(low, high - 1))
        if reach is None:
            reach = self.openings(first, last)
        if reach.since > low:
            reach = self.openings(first, year_of(reach.since - 1)).followed_by(reach)
        if reach.until < high:
            reach = reach.followed_by(self.openings(year_of(reach.until), last))
        self._remember("_reach", reach)  # replaced whole: another thread sees the old one or the new one
        return reach

    def _remember(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _never(self, moment: int, seconds: int, *, after: bool) -> NeverDue:
        text = (
            _("This calendar has less than %(hours)s hours of working time in the %(years)s years after %(day)s.")
            if after
            else _("This calendar has less than %(hours)s hours of working time in the %(years)s years before %(day)s.")
        )
        day = datetime.fromtimestamp(moment, UTC).date().isoformat()
        return NeverDue(text, hours=max(1, -(-seconds // 3600)), years=HORIZON_YEARS, day=day)


def year_of(moment: int) -> int:
    """Return the UTC year of that second. Raises OutOfReach if no calendar is computed for it."""
    if not _new_year(FIRST_YEAR) <= moment <= _new_year(LAST_YEAR + 1):
        text = _("Working time is computed for the years %(first)s to %(last)s: choose a moment within them.")
        raise OutOfReach(text, first=FIRST_YEAR, last=LAST_YEAR)
    return min(datetime.fromtimestamp(moment, UTC).year, LAST_YEAR)


def _new_year(year: int) -> int:
    return (date(year, 1, 1).toordinal() - _EPOCH) * DAY
