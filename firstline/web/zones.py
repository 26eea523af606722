"""The wall clock by which a page tells the time: the reader's, or the desk's for those it does not know."""

from __future__ import annotations

import zoneinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from firstline.core.people.models import Desk


def tell_time_in(name: str, desk: Desk | None = None) -> None:
    """Tell the time of this page in the zone of that name; in the desk's own where it is empty or unknown."""
    timezone.activate(_zone(name) or (desk and _zone(desk.time_zone)) or ZoneInfo("UTC"))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def zone_choices() -> list[tuple[str, str]]:
    """Return the time zones people live in, as a select offers them."""
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in _zones())]


@cache
def _zones() -> tuple[str, ...]:
    """Return the time zones people live in, by continent and city."""
    skipped = ("Etc/", "posix", "right", "SystemV", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return tuple(
        sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith(skipped))
    )
