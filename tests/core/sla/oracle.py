"""Working time said slowly: each minute is asked by itself, on its own wall clock, from the description."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

Description = dict[str, Any]
Dated = dict[str, list[list[str]]]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Zones with a moment at which something happens to their clocks.
MOMENTS = [
    ("UTC", "2026-01-01T00:00Z"),
    ("Europe/Berlin", "2026-03-29T01:00Z"),
    ("Europe/Berlin", "2026-10-25T01:00Z"),
    ("America/New_York", "2026-03-08T07:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("Asia/Kolkata", "2026-06-01T00:00Z"),
    ("Asia/Kathmandu", "1985-12-31T18:30Z"),  # quarter of an hour, at midnight
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # half an hour back
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),  # half an hour on
    ("Pacific/Apia", "2011-12-30T10:00Z"),  # a day skipped
    ("Pacific/Kwajalein", "1993-08-21T12:00Z"),  # a day skipped
    ("Pacific/Kwajalein", "1969-10-01T00:00Z"),  # 23 hours repeated
    ("America/Sao_Paulo", "2015-10-18T03:00Z"),  # midnight skipped
    ("America/Sao_Paulo", "2016-02-21T02:00Z"),  # the last hour of the day repeated
    ("Asia/Beirut", "2026-03-28T22:00Z"),  # midnight skipped
    ("Africa/Cairo", "2026-04-23T22:00Z"),  # midnight skipped
    ("Africa/Cairo", "2026-10-29T21:00Z"),  # the last hour of the day repeated
    ("Africa/Casablanca", "2026-02-15T02:00Z"),  # back for Ramadan
    ("America/St_Johns", "1988-04-03T03:31Z"),  # two hours at one minute past midnight
    ("Antarctica/Troll", "2026-03-29T01:00Z"),  # two hours
    ("Asia/Pyongyang", "2018-05-04T15:00Z"),  # half an hour, once
    ("Pacific/Chatham", "2026-09-26T14:00Z"),  # offset with three quarters
    ("Europe/Kyiv", "2026-10-25T01:00Z"),
]


def is_open(description: Description, moment: datetime) -> bool:
    """Return whether the minute that begins at `moment` is working time, by the words of the rules."""
    local = moment.astimezone(ZoneInfo(description["tz"]))
    today, clock = local.date(), _clock(local.hour * 60 + local.minute)
    holidays = description["holidays"]
    if today.isoformat() in holidays:
        return False
    if _within(description["breaks"], {}, [], today, clock):
        return False
    return _within(description["shifts"], description["hours"], holidays, today, clock)


def working_minutes(
    description: Description, begin: datetime, end: datetime, pauses: Iterable[tuple[datetime, datetime]] = ()
) -> list[datetime]:
    """Return the working minutes in [begin, end) that lie in none of the pauses."""
    found = []
    pauses = list(pauses)
    while begin < end:
        if is_open(description, begin) and not any(since <= begin < until for since, until in pauses):
            found.append(begin)
        begin += MINUTE
    return found


def _within(dated: Dated, weekly: Dated, holidays: list[str], today: date, clock: str) -> bool:
    yesterday = today - DAY
    for begin, end in _intervals(dated, weekly, holidays, today):
        if begin <= clock < end or (end < begin and clock >= begin):
            return True
    return any(end < begin and clock < end for begin, end in _intervals(dated, weekly, holidays, yesterday))


def _intervals(dated: Dated, weekly: Dated, holidays: list[str], day: date) -> list[list[str]]:
    if day.isoformat() in holidays:
        return []
    return dated.get(day.isoformat(), weekly.get(WEEKDAYS[day.weekday()], []))


@cache
def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


times = st.one_of(st.integers(0, 1439), st.sampled_from([0, 60, 120, 150, 540, 1080, 1380, 1410])).map(_clock)
ends = st.one_of(times, st.just("24:00"))
intervals = st.lists(st.tuples(times, ends).filter(lambda pair: pair[0] != pair[1]).map(list), max_size=3)


@st.composite
def descriptions(draw: st.DrawFn, tz: str, moment: datetime) -> Description:
    """Draw a calendar whose holidays, shifts and breaks lie in the days around `moment`."""
    days = [(moment.date() + DAY * number).isoformat() for number in range(-2, 4)]
    some_days = st.lists(st.sampled_from(days), unique=True, max_size=2)
    return {
        "tz": tz,
        "hours": draw(st.dictionaries(st.sampled_from(WEEKDAYS), intervals, min_size=4)),
        "holidays": draw(some_days),
        "shifts": {day: draw(intervals) for day in draw(some_days)},
        "breaks": {day: draw(intervals) for day in draw(some_days)},
    }


def at(written: str) -> datetime:
    """Return the instant written in ISO 8601, in UTC."""
    return datetime.fromisoformat(written).astimezone(UTC)
