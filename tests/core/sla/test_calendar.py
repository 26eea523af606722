"""Calendars unfold by their rules, and refuse at once what can never be."""

from datetime import date
from itertools import islice

import pytest

from firstline.core.sla import descriptions
from firstline.core.sla.calendar import LAST_YEAR, Holiday, OutOfReach
from firstline.core.sla.openings import NeverDue

DAY = 86_400
MONDAY = 1_767_571_200  # 2026-01-05T00:00:00Z


def calendar(**parts):
    return descriptions.read({"tz": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, **parts})


def hours(found):
    """Return openings as hours since that Monday's midnight."""
    return [((begin - MONDAY) / 3600, (end - MONDAY) / 3600) for begin, end in found]


def first(count, opened, origin=MONDAY):
    return hours(islice(opened.periods(origin), count))


def test_a_week_repeats():
    assert first(2, calendar()) == [(9, 17), (177, 185)]


def test_a_holiday_closes_its_day_even_against_a_shift():
    closed = calendar(holidays=["2026-01-05"], shifts={"2026-01-05": [["10:00", "11:00"]]})

    assert first(1, closed) == [(177, 185)]


def test_a_yearly_holiday_closes_its_day_each_year():
    closed = calendar(holidays=[{"begin": "2000-01-05", "end": "2000-01-05", "yearly": True}])

    assert first(1, closed) == [(177, 185)]


def test_a_shift_replaces_the_hours_of_its_date():
    assert first(1, calendar(shifts={"2026-01-05": [["06:00", "07:00"]]})) == [(6, 7)]
    assert first(1, calendar(shifts={"2026-01-05": []})) == [(177, 185)]


def test_a_break_is_cut_out_of_hours_and_shifts():
    broken = calendar(breaks={"2026-01-05": [["10:00", "10:30"], ["16:00", "20:00"]]})

    assert first(2, broken) == [(9, 10), (10.5, 16)]


def test_a_night_belongs_to_the_day_it_begins_on():
    nights = {"mon": [["22:00", "06:00"]], "tue": [["22:00", "06:00"]], "wed": []}

    assert first(2, calendar(hours=nights)) == [(22, 30), (46, 54)]
    assert first(2, calendar(hours=nights, holidays=["2026-01-05"]))[0] == (46, 54)
    assert first(2, calendar(hours=nights, holidays=["2026-01-06"])) == [(22, 24), (190, 198)]
    assert first(2, calendar(hours=nights, breaks={"2026-01-06": [["00:00", "01:00"]]})) == [(22, 24), (25, 30)]


def test_the_last_night_of_a_year_runs_into_the_next():
    night = calendar(hours={"thu": [["22:00", "06:00"]]})  # 2026-12-31 is one
    new_year = MONDAY + 361 * DAY

    assert night.worked(new_year - 2 * 3600, new_year + 6 * 3600) == 8 * 3600
    assert night.due(new_year - 3600, 2 * 3600) == new_year + 3600


def test_a_calendar_that_never_closes_has_one_period():
    always = calendar(hours={day: [["00:00", "24:00"]] for day in descriptions.WEEKDAYS})

    ((begin, end),) = always.periods(MONDAY + 5)
    assert begin == MONDAY + 5
    assert (end - begin) / DAY / 365.25 > 30


def test_each_moment_is_answered_alike_whatever_was_asked_before():
    asked = calendar()

    far = [asked.worked(MONDAY + year * 365 * DAY, MONDAY + (year * 365 + 7) * DAY) for year in (9, -20, 30, 0)]

    assert far == [8 * 3600] * 4
    assert asked.due(MONDAY, 3600) == calendar().due(MONDAY, 3600) == MONDAY + 10 * 3600


@pytest.mark.parametrize("ask", [lambda c: c.due(MONDAY, 1), lambda c: c.start_before(MONDAY, 1)])
def test_a_calendar_without_hours_is_refused_at_once(ask):
    with pytest.raises(NeverDue, match="This calendar is never open"):
        ask(calendar(hours={"mon": []}, shifts={"2026-01-05": []}))


@pytest.mark.parametrize(
    ("parts", "seconds", "sentence"),
    [
        ({"hours": {}, "shifts": {"2026-02-01": [["09:00", "10:00"]]}}, 3601, "less than 2 hours of working time"),
        ({"holidays": [{"begin": "2026-01-01", "end": "2099-12-31"}]}, 1, "less than 1 hours"),
        ({}, 10**9, "less than 277778 hours of working time in the 30 years after 2026-01-05."),
    ],
)
def test_a_budget_without_room_is_refused_within_the_horizon(parts, seconds, sentence):
    with pytest.raises(NeverDue, match=sentence):
        calendar(**parts).due(MONDAY, seconds)


def test_shifts_alone_are_enough_for_a_budget_they_hold():
    only = calendar(hours={}, shifts={"2026-02-01": [["09:00", "10:00"]]})

    assert hours([(MONDAY, only.due(MONDAY, 3600))]) == [(0, 27 * 24 + 10)]


@pytest.mark.parametrize("moment", [-(10**10), 10**10, 10**18])
def test_moments_out_of_reach_are_refused(moment):
    with pytest.raises(OutOfReach, match="for the years 1900 to 2199"):
        calendar().due(moment, 1)


def test_the_last_year_in_reach_still_answers():
    end = (date(LAST_YEAR + 1, 1, 1) - date(1970, 1, 1)).days * DAY

    assert calendar().worked(end - 7 * DAY, end) == 8 * 3600
    with pytest.raises(NeverDue):
        calendar().due(end, 1)


def test_yearly_holidays_may_run_over_the_new_year():
    winter = Holiday(date(2025, 12, 24), date(2026, 1, 2), yearly=True)

    days = [date(2030, 12, 23), date(2030, 12, 24), date(2031, 1, 2), date(2031, 1, 3)]
    assert [winter.covers(day) for day in days] == [False, True, True, False]
