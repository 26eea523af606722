"""Silence is told from a quiet weekend by a mailbox's own habit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from firstline.core.intake.habits import quiet_after

# Friday, and the four weeks before it: two mails an hour on working days from 8 to 18.
LAST = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
OFFICE = {
    hour: 2
    for hour in (LAST.replace(minute=0) - timedelta(hours=n) for n in range(4 * 7 * 24))
    if hour.weekday() < 5 and 8 <= hour.hour < 18
}
LONG_AGO = LAST - timedelta(days=100)


def test_within_a_working_day_a_few_hours_of_silence_are_against_habit():
    noon = LAST.replace(hour=12, minute=0)

    assert quiet_after(OFFICE, noon, since=LONG_AGO) == noon + timedelta(hours=3.5)


def test_a_weekend_is_not_and_monday_morning_goes_on_where_friday_ended():
    due = quiet_after(OFFICE, LAST, since=LONG_AGO)

    # One was expected in the last half hour of Friday, the other six within three hours of Monday.
    assert due == datetime(2026, 3, 9, 11, tzinfo=UTC)


def test_a_burst_is_no_habit():
    burst = {datetime(2026, 3, 2, 9, tzinfo=UTC): 500}

    assert quiet_after(burst, LAST, since=LONG_AGO) is None


def test_a_young_or_rarely_used_mailbox_has_no_habit():
    assert quiet_after(OFFICE, LAST, since=LAST - timedelta(days=6)) is None
    assert quiet_after(dict.fromkeys(list(OFFICE)[:9], 2), LAST, since=LONG_AGO) is None
    assert quiet_after({}, LAST, since=LONG_AGO) is None


def test_a_mailbox_of_one_week_counts_as_one_week():
    week = {hour: count for hour, count in OFFICE.items() if hour > LAST - timedelta(days=7)}

    noon = LAST.replace(hour=12, minute=0)
    assert quiet_after(week, noon, since=noon - timedelta(days=7)) == noon + timedelta(hours=3.5)
