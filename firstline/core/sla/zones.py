"""Time zones as pieces of constant offset: which instants a local wall time happened at."""

from __future__ import annotations

import difflib
from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla.intervals import Interval, union

DAY = 86_400
Piece = tuple[int, int, int]  # from, to (UTC seconds, half-open), offset east of UTC in seconds


class UnknownZone(BadInput):
    """The IANA database has no such time zone."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the zone of that IANA name. Raises UnknownZone, with the nearest name if there is one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name[:40], _names(), n=1)
    if near:
        text = _("There is no time zone '%(name)s': did you mean %(near)s?")
        raise UnknownZone(text, name=name[:40], near=near[0], field="tz")
    text = _("There is no time zone '%(name)s': use an IANA name such as Europe/Berlin.")
    raise UnknownZone(text, name=name[:40], field="tz")


def pieces(zone: ZoneInfo, since: int, until: int) -> list[Piece]:
    """Return [since, until) cut where the zone changes its offset, in order.

    The offset is asked for once a day and a change then found to the second; two changes inside one day
    that cancel each other out would be missed (the IANA database has none since 1900).
    """
    found: list[Piece] = []
    begin, offset = since, offset_at(zone, since)
    for probe in [*range(since + DAY, until, DAY), until - 1]:
        while offset_at(zone, probe) != offset:
            change = _change(zone, begin, probe, offset)
            found.append((begin, change, offset))
            begin, offset = change, offset_at(zone, change)
    found.append((begin, until, offset))
    return found


def unfold(walls: list[Interval], pieces: list[Piece]) -> list[Interval]:
    """Return the instants at which the wall clock shows a time in `walls`.

    walls     sorted and apart, in seconds since 1970-01-01 00:00 on the wall
    returns   sorted and apart, in UTC seconds: wall times that a change of the clock skips have no
              instant, those that it repeats have two
    """
    ends = [end for _begin, end in walls]
    happened: list[Interval] = []
    for since, until, offset in pieces:
        first, last = since + offset, until + offset
        for begin, end in walls[bisect_right(ends, first) :]:
            if begin >= last:
                break
            happened.append((max(begin, first) - offset, min(end, last) - offset))
    return union(happened)


def local_to_utc(local: datetime, name: str) -> datetime:
    """Return the instant of a wall time that somebody wrote down.

    local     naive datetime: what the clock on the wall shows in the zone `name`
    returns   aware, in UTC: the first of two if the time is repeated; if it is skipped, as long after the
              change as the time written is after it (02:30 becomes 03:30)
    raises    ValueError if `local` is aware; UnknownZone; BadInput on the last day a computer can count
    """
    if local.tzinfo is not None:
        raise ValueError("local must be a naive datetime: a wall time without zone")
    try:
        return local.replace(tzinfo=zone(name), fold=0).astimezone(UTC)
    except OverflowError as error:
        raise BadInput(_("That time is too far away to be counted: choose another year.")) from error


def offset_at(zone: ZoneInfo, instant: int) -> int:
    """Return the zone's offset east of UTC at that UTC second, in seconds."""
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    return 0 if offset is None else offset // timedelta(seconds=1)


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _change(zone: ZoneInfo, same: int, other: int, offset: int) -> int:
    """Return the first second after `same` at which the offset is no longer `offset`."""
    same = max(same, other - DAY)
    while other - same > 1:
        middle = (same + other) // 2
        if offset_at(zone, middle) == offset:
            same = middle
        else:
            other = middle
    return other
