"""When silence is against a mailbox's own habit: from how much came in each hour of the week, lately."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

WEEKS = 4
# That none comes by chance where seven were to be expected happens less than once in a thousand times.
EXPECTED = 7.0
# One hour of one week counts for two mails at most: a burst is no habit.
_MOST_AN_HOUR = 2
_ENOUGH = 20
_HOUR, _WEEK = timedelta(hours=1), timedelta(weeks=1)


def quiet_after(by_hour: Mapping[datetime, int], last: datetime, *, since: datetime) -> datetime | None:
    """Return the instant after which silence since `last` is against habit; None while there is no habit.

    by_hour  how many came, by the beginning of the hour (UTC), of the last four weeks; hours without any may lack
    last     when the last one came
    since    from when on there can be any: a mailbox set up a week ago has one week of habit
    returns  the instant at which, going on as in these weeks, seven would have come; at most two weeks ahead
    """
    weeks = min(float(WEEKS), (last - since) / _WEEK)
    if weeks < 1 or sum(by_hour.values()) < _ENOUGH:
        return None
    usual: Counter[int] = Counter()
    for hour, count in by_hour.items():
        usual[_hour_of_week(hour)] += min(count, _MOST_AN_HOUR)
    return _when_due(usual, weeks, last)


def _when_due(usual: Mapping[int, int], weeks: float, last: datetime) -> datetime | None:
    left, at = EXPECTED, last.astimezone(UTC)
    end = at + 2 * _WEEK
    while at < end:
        next_hour = at.replace(minute=0, second=0, microsecond=0) + _HOUR
        rate = usual.get(_hour_of_week(at), 0) / weeks
        expected = rate * ((next_hour - at) / _HOUR)
        if rate and expected >= left:
            return at + _HOUR * (left / rate)
        left, at = left - expected, next_hour
    return None


def _hour_of_week(at: datetime) -> int:
    utc = at.astimezone(UTC)
    return utc.weekday() * 24 + utc.hour
