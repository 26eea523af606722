"""Exact medians and percentiles of seconds from counts by whole hours: only the hours they fall in are read. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from firstline.core.insight.kpi import Spread, places

# (priority, seconds) of every ticket that took one of the hours asked for.
Reader = Callable[[Collection[int]], Iterable[tuple[int, int]]]
ALL = "all"


def told(tally: Mapping[int | None, int], totals: Mapping[str, int], read: Reader) -> dict[str, Spread]:
    """Return the spread of seconds by priority, and of all together.

    tally   whole hours * 8 + priority -> tickets; None stands for those that are not counted
    totals  "took_1" to "took_4": sums of seconds by priority
    read    gives the seconds of the tickets in a few hours
    """
    by_hour: dict[str, Counter[int]] = {}
    for packed, n in tally.items():
        if packed is not None:
            hour, priority = divmod(packed, 8)
            for of in (str(priority), ALL):
                by_hour.setdefault(of, Counter())[hour] += n
    sought = {of: [_hour_of(hours, place) for place in places(hours.total())] for of, hours in by_hour.items()}
    seconds = _sorted(read({hour for found in sought.values() for hour, _ in found})) if sought else {}
    sums = {priority: totals[f"took_{priority}"] for priority in by_hour if priority != ALL}
    sums[ALL] = sum(sums.values())
    return {
        of: Spread(by_hour[of].total(), sums[of], *(_at(seconds.get((of, hour)), hour, place) for hour, place in found))
        for of, found in sought.items()
    }


def _at(seconds: Sequence[int] | None, hour: int, place: int) -> int:
    """Return the value at `place`; a ticket that changed since it was counted must not break a report."""
    return seconds[min(place, len(seconds) - 1)] if seconds else hour * 3600


def _hour_of(hours: Mapping[int, int], place: int) -> tuple[int, int]:
    """Return the hour in which the value at `place` lies, and its place within that hour."""
    for hour in sorted(hours):
        if place < hours[hour]:
            return hour, place
        place -= hours[hour]
    raise IndexError(place)


def _sorted(rows: Iterable[tuple[int, int]]) -> dict[tuple[str, int], list[int]]:
    found: dict[tuple[str, int], list[int]] = {}
    for priority, seconds in rows:
        for of in (str(priority), ALL):
            found.setdefault((of, seconds // 3600), []).append(seconds)
    for values in found.values():
        values.sort()
    return found
