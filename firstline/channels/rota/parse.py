"""Reads shifts out of an iCalendar file: bytes in, stretches with whom they name out. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from dateutil.rrule import rruleset, rrulestr
from icalendar import Calendar

from firstline.core.kernel.refusals import BadInput, _

LIMIT = 1024 * 1024
MOST = 5000
# A rule that repeats more often than every half an hour is no rota.
LEAST = timedelta(minutes=30)


@dataclass(frozen=True)
class Stretch:
    """One event: what the calendar calls it, the addresses and the words that may say whose it is, its time."""

    uid: str
    mails: tuple[str, ...]
    title: str
    starts_at: datetime
    ends_at: datetime


def read(raw: bytes, *, since: datetime, until: datetime, zone: tzinfo) -> list[Stretch]:
    """Return what the calendar holds between two instants, in order; what repeats is unfolded on its own wall clock.

    zone     whose clock times without a zone are read on
    raises   BadInput if it is no calendar, too large, or repeats without sense
    """
    if len(raw) > LIMIT:
        raise BadInput(_("This calendar is too large; export a shorter time."), field="file")
    try:
        events = [event for each in Calendar.from_ical(raw, multiple=True) for event in each.walk("VEVENT")]
        found = [one for event in events[:MOST] for one in _unfolded(event, since, until, zone)]
    except BadInput:
        raise
    except Exception as error:  # whatever a stranger's file makes the library stumble over
        raise BadInput(
            _("This is no calendar that can be read; export it as iCalendar (.ics)."), field="file"
        ) from error
    if len(found) > MOST:
        raise BadInput(_("This calendar is too large; export a shorter time."), field="file")
    return sorted(found, key=lambda one: (one.starts_at, one.uid))


def _unfolded(event: Any, since: datetime, until: datetime, zone: tzinfo) -> Iterator[Stretch]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    starts = _local(event.decoded("DTSTART"), zone)
    lasts = _ends(event, starts, zone) - starts
    uid, title = str(event.get("UID", "")), str(event.get("SUMMARY", ""))
    for at in _starts(event, starts, since, until, zone):
        starts_at, ends_at = at.astimezone(UTC), (at + lasts).astimezone(UTC)
        if starts_at < until and ends_at > since and lasts > timedelta(0):
            yield Stretch(f"{uid}/{starts_at:%Y%m%dT%H%M}", _mails(event), title, starts_at, ends_at)


def _starts(event: Any, first: datetime, since: datetime, until: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield when the event starts, each time on the wall clock of its own zone."""
    own = first.tzinfo or zone
    rule = event.get("RRULE")
    if rule is None:
        yield first
        return
    if {str(each).upper() for each in rule.get("FREQ", [])} & {"SECONDLY", "MINUTELY"}:
        raise BadInput(_("A shift that repeats every minute is none."), field="file")
    times = rruleset()
    # Counted without a zone: nine o'clock stays nine o'clock over a change of the clocks.
    text = rule.to_ical().decode()
    wall = first.replace(tzinfo=None)
    times.rrule(rrulestr(_without_zone(text, own), dtstart=wall))
    for left_out in _exceptions(event, own):
        times.exdate(left_out)
    for at in times.xafter(since.astimezone(own).replace(tzinfo=None) - timedelta(days=2), count=MOST, inc=True):
        if at > until.astimezone(own).replace(tzinfo=None):
            return
        yield at.replace(tzinfo=own)


def _without_zone(rule: str, own: tzinfo) -> str:
    """Return the rule with its last instant on the wall clock on which it is counted."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    last = parts.get("UNTIL", "")
    if last.endswith("Z"):
        instant = datetime.strptime(last, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        parts["UNTIL"] = instant.astimezone(own).strftime("%Y%m%dT%H%M%S")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _exceptions(event: Any, own: tzinfo) -> Iterator[datetime]:
    left_out = event.get("EXDATE")
    for each in left_out if isinstance(left_out, list) else [left_out] if left_out is not None else []:
        for one in each.dts:
            yield _local(one.dt, own).astimezone(own).replace(tzinfo=None)


def _ends(event: Any, starts: datetime, zone: tzinfo) -> datetime:
    if event.get("DTEND") is not None:
        return _local(event.decoded("DTEND"), zone)
    if event.get("DURATION") is not None:
        lasts: timedelta = event.decoded("DURATION")
        return starts + lasts
    return starts + timedelta(days=1)


def _local(value: datetime | date, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    return datetime.combine(value, time(), zone)


def _mails(event: Any) -> tuple[str, ...]:
    """Return the addresses of those who attend, or of who called them together where nobody does."""
    attend = event.get("ATTENDEE") or event.get("ORGANIZER") or []
    named = attend if isinstance(attend, list) else [attend]
    return tuple(str(each).lower().removeprefix("mailto:").strip() for each in named)
