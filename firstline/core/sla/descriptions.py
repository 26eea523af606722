"""Calendars as people and files write them, read with a clear word about what is wrong.

{"tz": "Europe/Berlin",
 "hours": {"mon": [["09:00", "13:00"], ["14:00", "18:00"]], "fri": [["22:00", "06:00"]]},
 "holidays": ["2026-12-25", {"begin": "2026-01-01", "end": "2026-01-01", "yearly": true, "name": "New Year"}],
 "shifts": {"2026-12-24": [["09:00", "12:00"]]}, "breaks": {"2026-11-02": [["10:00", "11:30"]]}}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla.calendar import Calendar, Dated, Holiday, Hours
from firstline.core.sla.intervals import Interval
from firstline.core.sla.zones import DAY, zone

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PARTS = ("tz", "hours", "holidays", "shifts", "breaks")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


class BadCalendar(BadInput):
    """The description of a calendar cannot be understood."""


def read(description: object) -> Calendar:
    """Return the calendar that was described. Raises BadCalendar or UnknownZone, naming the part at fault."""
    parts = _mapping(description, "calendar")
    for name in parts:
        if name not in _PARTS:
            raise _wrong(_("A calendar has no part '%(name)s'. It has: %(known)s."), "calendar", name, _PARTS)
    tz = parts.get("tz")
    if not isinstance(tz, str):
        raise _wrong(_('A calendar needs its time zone: "tz" with an IANA name such as Europe/Berlin.'), "tz")
    zone(tz)
    return Calendar(
        tz=tz,
        hours=_week(parts.get("hours", {})),
        holidays=holidays(parts.get("holidays", [])),
        shifts=_dated(parts.get("shifts", {}), "shifts"),
        breaks=_dated(parts.get("breaks", {}), "breaks"),
    )


def describe(calendar: Calendar) -> dict[str, Any]:
    """Return the description from which `read` makes an equal calendar."""
    return {
        "tz": calendar.tz,
        "hours": {day: _written(hours) for day, hours in zip(WEEKDAYS, calendar.hours, strict=True) if hours},
        "holidays": [_written_holiday(holiday) for holiday in calendar.holidays],
        "shifts": {day.isoformat(): _written(hours) for day, hours in calendar.shifts},
        "breaks": {day.isoformat(): _written(hours) for day, hours in calendar.breaks},
    }


def holidays(described: object) -> tuple[Holiday, ...]:
    """Return the holidays of a list of dates and ranges {begin, end, yearly}, in order of date."""
    if not isinstance(described, list):
        raise _wrong(_('The holidays must be a list of dates such as "2026-12-25".'), "holidays")
    found = {_holiday(item) for item in described}
    return tuple(sorted(found, key=lambda holiday: (holiday.begin, holiday.end, holiday.yearly)))


def day(written: object, part: str) -> date:
    """Return the date written as YYYY-MM-DD. Raises BadCalendar naming the part it stands in."""
    try:
        if isinstance(written, str) and len(written) == 10:
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise _wrong(_("'%(name)s' is not a date: write it as in 2026-12-25."), part, written)


def _holiday(item: object) -> Holiday:
    if not isinstance(item, Mapping):
        one = day(item, "holidays")
        return Holiday(one, one)
    begin, end = day(item.get("begin"), "holidays"), day(item.get("end"), "holidays")
    yearly = item.get("yearly", False)
    if not isinstance(yearly, bool):
        raise _wrong(
            _("'%(name)s' does not say whether the holiday is yearly: write true or false."), "holidays", yearly
        )
    if end < begin:
        raise _wrong(
            _("The holiday that begins on %(name)s ends before it begins: exchange the dates."),
            "holidays",
            begin,
        )
    if yearly and (end - begin).days >= 365:
        raise _wrong(_("The yearly holiday from %(name)s would close every day: shorten it."), "holidays", begin)
    name = item.get("name", "")
    if not isinstance(name, str) or len(name) > 200:
        raise _wrong(_("The name of a holiday is a text of at most 200 characters."), "holidays", begin)
    return Holiday(begin, end, yearly, name.strip())


def _week(described: object) -> tuple[Hours, ...]:
    hours = _mapping(described, "hours")
    for name in hours:
        if name not in WEEKDAYS:
            raise _wrong(_("'%(name)s' is not a weekday. They are: %(known)s."), "hours", name, WEEKDAYS)
    return tuple(_hours(hours.get(name, []), f"hours.{name}") for name in WEEKDAYS)


def _dated(described: object, part: str) -> Dated:
    dated = _mapping(described, part)
    return tuple(sorted((day(written, part), _hours(hours, f"{part}.{written}")) for written, hours in dated.items()))


def _hours(described: object, part: str) -> Hours:
    if not isinstance(described, list):
        raise _wrong(_('The hours must be a list of pairs such as ["09:00", "18:00"].'), part)
    return tuple(sorted(_interval(pair, part) for pair in described))


def _interval(pair: object, part: str) -> Interval:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise _wrong(_('\'%(name)s\' is not a pair of times such as ["09:00", "18:00"].'), part, pair)
    begin, end = _time(pair[0], part), _time(pair[1], part)
    if begin == DAY:
        raise _wrong(
            _("An interval cannot begin at %(name)s: that is the end of the day. Write 00:00 on the next."),
            part,
            pair[0],
        )
    if begin == end:
        raise _wrong(
            _("An interval from %(name)s to the same time is empty: write 00:00 to 24:00 for the whole day."),
            part,
            pair[0],
        )
    return begin, end if end > begin else end + DAY


def _time(written: object, part: str) -> int:
    if written == "24:00":
        return DAY
    match = _TIME.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise _wrong(_("'%(name)s' is not a time of day: write it as in 09:00, from 00:00 to 24:00."), part, written)
    hour, minute, second = (int(group or 0) for group in match.groups())
    return hour * 3600 + minute * 60 + second


def _written(hours: Hours) -> list[list[str]]:
    return [[_clock(begin), _clock(end if end <= DAY else end - DAY)] for begin, end in hours]


def _clock(second: int) -> str:
    text = f"{second // 3600:02}:{second // 60 % 60:02}"
    return f"{text}:{second % 60:02}" if second % 60 else text


def _written_holiday(holiday: Holiday) -> str | dict[str, Any]:
    begin, end = holiday.begin.isoformat(), holiday.end.isoformat()
    if begin == end and not holiday.yearly and not holiday.name:
        return begin
    named = {"name": holiday.name} if holiday.name else {}
    return {"begin": begin, "end": end, "yearly": holiday.yearly, **named}


def _mapping(described: object, part: str) -> Mapping[str, Any]:
    if not isinstance(described, Mapping):
        raise _wrong(_("The %(part)s must be an object: names with their values."), part)
    return described


def _wrong(text: str, part: str, name: object = "", known: tuple[str, ...] = ()) -> BadCalendar:
    return BadCalendar(text, part=part, name=str(name)[:40], known=", ".join(known), field=part)
