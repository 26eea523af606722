"""Holidays by country, and a calendar's year."""

from datetime import date, datetime

import pytest

from firstline.core.kernel.refusals import BadInput
from firstline.core.sla import descriptions, national, year
from firstline.core.sla.calendar import Holiday

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar(**parts):
    return descriptions.read({"tz": "Europe/Berlin", "hours": WEEK, **parts})


def test_a_countrys_holidays_come_with_their_names():
    known = national.known("DE", 2026)

    days = {holiday.begin: holiday.name for holiday in known.holidays}

    assert not known.none
    assert days[date(2026, 12, 25)]
    assert all(day.year == 2026 for day in days)


def test_a_country_of_which_none_are_known_says_so():
    assert national.known("UA", 2026).none
    assert not national.known("UA", 2021).none


@pytest.mark.parametrize(("country", "asked"), [("XX", 2026), ("", 2026), ("DE", 1888), ("DE", 20_000)])
def test_an_unknown_country_or_a_year_out_of_reach_is_refused(country, asked):
    with pytest.raises(BadInput):
        national.known(country, asked)


def test_what_a_calendar_has_already_is_not_added_twice():
    present = (Holiday(date(2026, 12, 24), date(2026, 12, 26)), Holiday(date(2020, 1, 1), date(2020, 1, 1), True))

    whole = national.added(present, national.known("DE", 2026).holidays)

    assert [one for one in whole if one.begin.month == 12] == [present[0]]
    assert [one for one in whole if one.covers(date(2026, 1, 1))] == [present[1]]


def test_names_of_holidays_come_back_as_they_were_described():
    described = [{"begin": "2026-12-25", "end": "2026-12-25", "yearly": False, "name": "Christmas Day"}]

    read = calendar(holidays=described)

    assert descriptions.describe(read)["holidays"] == described
    assert read.holiday_name(date(2026, 12, 25)) == "Christmas Day"


def test_a_year_says_of_each_day_how_it_is_worked_and_why():
    read = calendar(
        holidays=[{"begin": "2026-01-01", "end": "2026-01-01", "name": "New Year"}],
        shifts={"2026-12-24": [["09:00", "12:00"]], "2026-03-07": [["10:00", "14:00"]]},
        breaks={"2026-11-02": [["10:00", "11:00"]], "2026-11-03": [["09:00", "17:00"]]},
    )

    days = {day.day: (day.state, day.why, day.name) for day in year.days(read, 2026)}

    assert len(days) == 365
    assert days[date(2026, 1, 1)] == ("closed", "holiday", "New Year")
    assert days[date(2026, 1, 2)] == ("open", "weekly", "")
    assert days[date(2026, 1, 3)] == ("closed", "weekly", "")
    assert days[date(2026, 12, 24)] == ("short", "special", "")
    assert days[date(2026, 3, 7)] == ("long", "special", "")
    assert days[date(2026, 11, 2)] == ("short", "break", "")
    assert days[date(2026, 11, 3)] == ("closed", "break", "")


@pytest.mark.parametrize("asked", [2024, 2026])
def test_months_hold_every_day_once_in_whole_weeks(asked):
    months = year.months(calendar(), asked)

    days = [day.day for month in months for week in month for day in week if day]

    assert len(months) == 12
    assert days == sorted(days)
    assert len(days) == (366 if asked == 2024 else 365)
    assert {len(week) for month in months for week in month} == {7}


@pytest.mark.parametrize(
    ("moment", "is_open", "changes"),
    [
        ("2026-03-02T09:00:00+01:00", True, "2026-03-02T17:00:00+01:00"),
        ("2026-03-02T08:59:59+01:00", False, "2026-03-02T09:00:00+01:00"),
        ("2026-03-06T17:00:00+01:00", False, "2026-03-09T09:00:00+01:00"),
    ],
)
def test_whether_it_is_open_now_and_until_when(moment, is_open, changes):
    now = year.now_of(calendar(), datetime.fromisoformat(moment))

    assert (now.open, now.changes_at) == (is_open, datetime.fromisoformat(changes))


def test_a_calendar_that_never_opens_is_closed_without_end():
    now = year.now_of(descriptions.read({"tz": "UTC"}), datetime.fromisoformat("2026-03-02T09:00:00+00:00"))

    assert (now.open, now.changes_at) == (False, None)


def test_a_calendar_that_is_always_open_has_no_end():
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    always = descriptions.read({"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in days}})

    now = year.now_of(always, datetime.fromisoformat("2026-03-02T09:00:00+00:00"))

    assert (now.open, now.changes_at) == (True, None)
