"""Writes shifts as an iCalendar feed, which calendars fetch by a signed address."""

from __future__ import annotations

from collections.abc import Iterable

from icalendar import Calendar, Event

from firstline.core.duty.models import Shift


def feed(name: str, shifts: Iterable[Shift]) -> bytes:
    """Return the shifts, each with its person and team, as a calendar of that name."""
    calendar = Calendar()
    calendar.add("prodid", "-//Firstline//Rota//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for shift in shifts:
        event = Event()
        event.add("uid", f"shift-{shift.pk}@firstline")
        event.add("dtstamp", shift.made_at)
        event.add("dtstart", shift.starts_at)
        event.add("dtend", shift.ends_at)
        event.add("summary", f"{shift.person.name}: {shift.team.name}")
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
