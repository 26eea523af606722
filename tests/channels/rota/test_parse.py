"""Calendars of others as shifts: single ones, rules over a change of the clocks, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from firstline.channels.rota.parse import LIMIT, Stretch, read
from firstline.core.kernel.refusals import BadInput

KYIV = ZoneInfo("Europe/Kyiv")
SINCE, UNTIL = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 10, tzinfo=UTC)


def _calendar(*lines: str) -> bytes:
    event = ("BEGIN:VEVENT", "UID:one", *lines, "END:VEVENT")
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *event, "END:VCALENDAR", "")).encode()


def _read(*lines: str) -> list[Stretch]:
    return read(_calendar(*lines), since=SINCE, until=UNTIL, zone=KYIV)


def test_a_weekly_shift_keeps_its_wall_clock_over_the_change_of_the_clocks_and_its_exceptions():
    found = _read(
        "SUMMARY:Olga", "DTSTART;TZID=Europe/Kyiv:20260302T090000", "DTEND;TZID=Europe/Kyiv:20260302T170000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260406T060000Z", "EXDATE;TZID=Europe/Kyiv:20260330T090000",
    )  # fmt: skip

    assert [(one.starts_at.isoformat(), one.ends_at - one.starts_at) for one in found] == [
        ("2026-03-23T07:00:00+00:00", timedelta(hours=8)),
        ("2026-04-06T06:00:00+00:00", timedelta(hours=8)),
    ]
    assert len({one.uid for one in found}) == 2


def test_who_attends_is_read_and_times_without_a_zone_are_the_readers():
    [one] = _read("ATTENDEE:MAILTO:Olga@Example.org", "DTSTART:20260325T090000", "DURATION:PT8H")

    assert (one.mails, one.starts_at) == (("olga@example.org",), datetime(2026, 3, 25, 7, tzinfo=UTC))


@pytest.mark.parametrize(
    "raw",
    [b"no calendar", b"x" * (LIMIT + 1),
     _calendar("DTSTART:20260325T090000", "DTEND:20260325T100000", "RRULE:FREQ=SECONDLY"),
     _calendar("DTSTART:tomorrow", "DTEND:20260325T100000")],
)  # fmt: skip
def test_what_is_no_rota_is_refused_in_words(raw: bytes):
    with pytest.raises(BadInput) as refused:
        read(raw, since=SINCE, until=UNTIL, zone=KYIV)

    assert refused.value.field == "file"


def test_an_empty_file_holds_no_shift():
    assert read(b"", since=SINCE, until=UNTIL, zone=KYIV) == []


def test_a_real_calendar_of_exchange_is_read_with_its_own_name_for_its_zone(shared_data: Path):
    raw = (shared_data / "calendar" / "basic.ics").read_bytes()

    [one] = read(raw, since=datetime(2021, 1, 1, tzinfo=UTC), until=datetime(2022, 1, 1, tzinfo=UTC), zone=UTC)

    assert one.starts_at == datetime(2021, 7, 27, 8, 30, tzinfo=UTC)
    assert one.mails == ("m.bob@example.com", "j.doe@example.com")
