"""When a budget runs out: the policies, each by an example."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from firstline.core.sla import descriptions, workclock
from firstline.core.sla.calendar import OutOfReach
from firstline.core.sla.openings import BeyondOpenings, NeverDue

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OFFICE = descriptions.read(
    {
        "tz": "Europe/Berlin",
        "hours": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-01-06"],
    }
)
ALWAYS = descriptions.read(
    {"tz": "Europe/Berlin", "hours": {day: [["00:00", "24:00"]] for day in descriptions.WEEKDAYS}}
)


def at(written: str) -> datetime:
    return datetime.fromisoformat(written)


def test_a_budget_that_ends_with_the_day_is_due_at_closing():
    assert workclock.due_at(at("2026-01-05T08:00Z"), 8 * HOUR, OFFICE) == at("2026-01-05T16:00Z")


def test_one_second_more_is_due_after_the_next_opening():
    budget = 8 * HOUR + workclock.SECOND

    assert workclock.due_at(at("2026-01-05T08:00Z"), budget, OFFICE) == at("2026-01-07T08:00:01Z")


def test_seconds_are_kept_and_their_parts_are_not():
    assert workclock.due_at(at("2026-01-05T10:20:30.999999Z"), HOUR, OFFICE) == at("2026-01-05T11:20:30Z")


def test_what_comes_in_at_night_counts_from_the_next_opening():
    assert workclock.due_at(at("2026-01-02T20:00Z"), HOUR, OFFICE) == at("2026-01-05T09:00Z")


def test_a_start_in_any_zone_gives_an_answer_in_utc():
    start = datetime(2026, 1, 5, 17, 0, tzinfo=ZoneInfo("Asia/Tokyo"))

    due = workclock.due_at(start, HOUR, OFFICE)

    assert (due, due.tzinfo) == (at("2026-01-05T09:00Z"), UTC)


def test_a_night_on_which_clocks_change_has_its_own_length():
    spring, autumn = at("2026-03-28T23:00Z"), at("2026-10-24T22:00Z")

    assert workclock.due_at(spring, 23 * HOUR, ALWAYS) == at("2026-03-29T22:00Z")
    assert workclock.due_at(autumn, 25 * HOUR, ALWAYS) == at("2026-10-25T23:00Z")


def test_the_latest_start_is_found():
    assert workclock.start_before(at("2026-01-07T09:00Z"), 9 * HOUR, OFFICE) == at("2026-01-05T08:00Z")


def test_pauses_may_overlap_and_only_their_working_time_counts():
    pauses = [
        (at("2026-01-05T15:30Z"), at("2026-01-07T08:30Z")),  # half an hour, a holiday, half an hour
        (at("2026-01-05T15:45Z"), at("2026-01-06T12:00Z")),
        (at("2026-01-04T00:00Z"), at("2026-01-05T09:00Z")),
    ]

    assert workclock.due_with_pauses(at("2026-01-05T08:00Z"), 7 * HOUR, pauses, OFFICE) == at("2026-01-07T09:00Z")
    assert workclock.elapsed_with_pauses(at("2026-01-05T08:00Z"), at("2026-01-07T09:00Z"), pauses, OFFICE) == timedelta(
        hours=7
    )


def test_a_budget_that_runs_out_as_a_pause_begins_is_due_then():
    pauses = [(at("2026-01-05T09:00Z"), at("2026-01-05T12:00Z"))]

    assert workclock.due_with_pauses(at("2026-01-05T08:00Z"), HOUR, pauses, OFFICE) == at("2026-01-05T09:00Z")


def test_a_pause_that_lasts_leaves_no_due_time_unless_the_budget_ran_out_before():
    start, lasting = at("2026-01-05T08:00Z"), [(at("2026-01-05T10:00Z"), None)]

    assert workclock.due_with_pauses(start, 2 * HOUR, lasting, OFFICE) == at("2026-01-05T10:00Z")
    with pytest.raises(workclock.StillPaused, match="The clock is paused"):
        workclock.due_with_pauses(start, 2 * HOUR + MINUTE, lasting, OFFICE)
    assert workclock.elapsed_with_pauses(start, at("2026-01-05T15:00Z"), lasting, OFFICE) == 2 * HOUR


def test_pauses_before_a_lasting_one_count_too():
    start = at("2026-01-05T08:00Z")
    pauses = [
        (at("2026-01-05T10:00Z"), None),
        (at("2026-01-05T08:30Z"), at("2026-01-05T09:00Z")),
        (at("2026-01-05T11:00Z"), at("2026-01-05T12:00Z")),
    ]

    assert workclock.due_with_pauses(start, 90 * MINUTE, pauses, OFFICE) == at("2026-01-05T10:00Z")
    with pytest.raises(workclock.StillPaused):
        workclock.due_with_pauses(start, 91 * MINUTE, pauses, OFFICE)


def test_the_nearest_working_moments_are_found():
    assert workclock.next_working_moment(at("2026-01-05T10:00:07Z"), OFFICE) == at("2026-01-05T10:00:07Z")
    assert workclock.next_working_moment(at("2026-01-05T16:00Z"), OFFICE) == at("2026-01-07T08:00Z")
    assert workclock.last_working_moment(at("2026-01-07T08:00Z"), OFFICE) == at("2026-01-05T16:00Z")


def test_periods_come_in_order_and_the_first_is_cut():
    assert list(islice(workclock.periods_after(at("2026-01-05T10:00Z"), OFFICE), 2)) == [
        (at("2026-01-05T10:00Z"), at("2026-01-05T16:00Z")),
        (at("2026-01-07T08:00Z"), at("2026-01-07T16:00Z")),
    ]


@pytest.mark.parametrize(
    ("start", "days", "until_closing", "expected"),
    [
        ("2026-01-05T10:00Z", 1, False, "2026-01-07T10:00Z"),
        ("2026-01-05T10:00Z", -1, False, "2026-01-02T10:00Z"),
        ("2026-01-05T10:00Z", 1, True, "2026-01-07T16:00Z"),
        ("2026-01-05T10:00Z", 0, True, "2026-01-05T16:00Z"),
        ("2026-01-06T10:00Z", 0, True, "2026-01-07T16:00Z"),
        ("2026-01-05T20:00Z", 1, False, "2026-01-07T16:00Z"),  # after hours: moved to the closing
        ("2026-01-05T02:00Z", 1, False, "2026-01-07T08:00Z"),  # before hours: moved to the opening
        ("2026-03-27T10:00Z", 1, False, "2026-03-30T09:00Z"),  # the same wall time across a clock change
    ],
)
def test_business_days_keep_the_wall_time_within_the_days_hours(start, days, until_closing, expected):
    moment = workclock.add_business_days(at(start), days, OFFICE, end_of_working_day=until_closing)

    assert moment == at(expected)


def test_a_day_that_a_zone_skipped_is_no_working_day():
    every_day = {day: [["09:00", "17:00"]] for day in descriptions.WEEKDAYS}
    samoa = descriptions.read({"tz": "Pacific/Apia", "hours": every_day})
    thursday_noon = at("2011-12-29T22:00Z")

    assert workclock.add_business_days(thursday_noon, 1, samoa) == at("2011-12-30T22:00Z")  # Saturday there
    assert workclock.due_at(thursday_noon, 8 * HOUR, samoa) == at("2011-12-30T22:00Z")


@pytest.mark.parametrize("days", [10**9, -(10**9), 20_000])
def test_more_business_days_than_are_in_reach_are_refused_at_once(days):
    with pytest.raises(NeverDue, match="working days within 30 years"):
        workclock.add_business_days(at("2026-01-05T10:00Z"), days, OFFICE)


def test_a_promise_is_stored_with_whole_years_shared_by_all_clocks_of_the_year():
    early = workclock.frozen_openings(at("2026-01-05T10:00Z"), OFFICE)
    late = workclock.frozen_openings(at("2026-12-30T10:00Z"), OFFICE)

    assert early.digest() == late.digest()
    assert workclock.due_at(at("2026-12-31T15:00Z"), 2 * HOUR, late) == at("2027-01-01T09:00Z")
    with pytest.raises(BeyondOpenings, match="reach from 2026-01-01 to 2029-01-01 only"):
        workclock.due_at(at("2026-12-31T15:00Z"), 9999 * HOUR, late)


@pytest.mark.parametrize(
    "ask",
    [
        lambda naive: workclock.due_at(naive, HOUR, OFFICE),
        lambda naive: workclock.start_before(naive, HOUR, OFFICE),
        lambda naive: workclock.elapsed(naive, at("2026-01-05T10:00Z"), OFFICE),
        lambda naive: workclock.due_with_pauses(at("2026-01-05T10:00Z"), HOUR, [(naive, None)], OFFICE),
        lambda naive: workclock.add_business_days(naive, 1, OFFICE),
        lambda naive: next(workclock.periods_after(naive, OFFICE)),
    ],
)
def test_a_naive_moment_is_refused(ask):
    with pytest.raises(ValueError, match="must be an aware datetime"):
        ask(datetime(2026, 1, 5, 10))  # noqa: DTZ001


@pytest.mark.parametrize("budget", [timedelta(0), -HOUR, timedelta(milliseconds=1500)])
def test_a_budget_that_is_no_whole_positive_seconds_is_refused(budget):
    with pytest.raises(ValueError, match="must be whole seconds of working time, more than none"):
        workclock.due_at(at("2026-01-05T10:00Z"), budget, OFFICE)


def test_a_moment_beyond_all_calendars_is_refused():
    with pytest.raises(OutOfReach):
        workclock.due_at(datetime(2400, 1, 1, tzinfo=UTC), HOUR, OFFICE)
    with pytest.raises(OutOfReach):
        workclock.add_business_days(datetime.max.replace(tzinfo=UTC), 1, OFFICE)
    with pytest.raises(OutOfReach):
        workclock.frozen_openings(datetime.min.replace(tzinfo=UTC), OFFICE)
