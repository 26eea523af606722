"""Instants and durations as people say them, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

Tone = Literal["late", "soon", "well"]

NO_PROMISE = gettext_lazy("no deadline")
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def left(due_at: datetime, now: datetime) -> str:
    """Return "42 min left", or "1 h 5 min late" once the instant has passed."""
    gap = due_at - now
    late = gap < timedelta(0)
    return _left(int((-gap if late else gap).total_seconds()) // _MINUTE, late, get_language())


def span(length: timedelta) -> str:
    """Return a duration in its two largest units: "2 d 4 h", "3 h 10 min", "42 min", "under 1 min".

    From ten of the larger unit on the smaller one is left out: "17 h", "12 d".
    """
    return _span(int(length.total_seconds()) // _MINUTE, get_language())


# A page of the queue says two hundred of these, and most of them as a minute ago.


@lru_cache(maxsize=4096)
def _left(minutes: int, late: bool, language: str | None) -> str:
    return (gettext("%(time)s late") if late else gettext("%(time)s left")) % {"time": _span(minutes, language)}


@lru_cache(maxsize=4096)
def _span(whole: int, language: str | None) -> str:
    seconds = whole * _MINUTE
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        parts = [gettext("%(n)s d") % {"n": days}, gettext("%(n)s h") % {"n": hours} if hours and days < 10 else ""]
    elif hours:
        parts = [
            gettext("%(n)s h") % {"n": hours},
            gettext("%(n)s min") % {"n": minutes} if minutes and hours < 10 else "",
        ]
    elif minutes:
        parts = [gettext("%(n)s min") % {"n": minutes}]
    else:
        return gettext("under 1 min")
    return " ".join(part for part in parts if part)


def words_for_browser() -> dict[str, str]:
    """Return the words of `left` and `span`, for the browser that lets the clock tick on."""
    return {
        "left": gettext("%(time)s left"),
        "overdue": gettext("%(time)s late"),
        "day": gettext("%(n)s d"),
        "hour": gettext("%(n)s h"),
        "minute": gettext("%(n)s min"),
        "moment": gettext("under 1 min"),
    }


def share_left(due_at: datetime, began_at: datetime | None, now: datetime) -> int:
    """Return how much of the time is still there, in per cent; 100 when its beginning is unknown."""
    if due_at <= now:
        return 0
    if began_at is None or due_at <= began_at:
        return 100
    return max(1, min(100, round(100 * (due_at - now) / (due_at - began_at))))


def tone_of(due_at: datetime, began_at: datetime | None, now: datetime) -> Tone:
    """Return `late` once due, `soon` in the last fifth or the last half hour, else `well`."""
    if due_at <= now:
        return "late"
    soon = due_at - now <= timedelta(minutes=30) or share_left(due_at, began_at, now) <= 20
    return "soon" if soon else "well"


def instant(at: datetime) -> str:
    """Return the exact instant on the reader's wall clock, with its zone."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M:%S} {local.tzname()}"


def moment(at: datetime, now: datetime) -> str:
    """Return "today 14:30", "tomorrow 09:00", "yesterday 17:05", "12 May 10:00" or with the year if another."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    clock = f"{local:%H:%M}"
    away = (local.date() - today).days
    if away == 0:
        return gettext("today %(clock)s") % {"clock": clock}
    if away in (1, -1):
        return (gettext("tomorrow %(clock)s") if away == 1 else gettext("yesterday %(clock)s")) % {"clock": clock}
    return f"{_day(local.date(), local.year == today.year, get_language())} {clock}"


@lru_cache(maxsize=1024)
def _day(on: date, this_year: bool, language: str | None) -> str:
    # Months begin with a capital in English, and with a small letter in Russian and Ukrainian.
    day = "j M" if language == "en" else "j b"
    return date_format(on, day if this_year else f"{day} Y")


def ago(at: datetime, now: datetime) -> str:
    """Return "now", "5 min ago", "3 h ago", "yesterday 17:05" or the date."""
    seconds = (now - at).total_seconds()
    if seconds < _MINUTE:
        return gettext("just now")
    if seconds < _HOUR:
        minutes = int(seconds // _MINUTE)
        return ngettext("%(n)s min ago", "%(n)s min ago", minutes) % {"n": minutes}
    if seconds < 12 * _HOUR and timezone.localtime(at).date() == timezone.localtime(now).date():
        hours = int(seconds // _HOUR)
        return ngettext("%(n)s h ago", "%(n)s h ago", hours) % {"n": hours}
    return moment(at, now)
