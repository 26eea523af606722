"""A deadline taken apart: stretches without a gap, counted or skipped with a reason, adding up to the second."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.core.sla import descriptions, workclock
from firstline.core.sla.derivation import CLOSED, OPEN, derive
from firstline.core.sla.openings import BeyondOpenings
from tests.core.sla.test_workclock_properties import budgets, calendars, pauses_near

HOUR = timedelta(hours=1)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def openings():
    """Return weekdays from nine to five, UTC."""
    week = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return workclock.frozen_openings(at(2, 9), descriptions.read({"tz": "UTC", "hours": week}))


def told(derived):
    """Return the stretches as day and hour, reason, and hours counted."""
    return [
        (f"{s.began_at:%d %H:%M}", f"{s.ended_at:%d %H:%M}", s.reason, s.counted_for / HOUR) for s in derived.stretches
    ]  # fmt: skip


def test_a_clock_over_a_night_and_a_wait_is_counted_stretch_by_stretch(openings):
    waits = [("waiting_requester", at(2, 16), at(3, 10))]

    derived = derive(at(2, 14), 8 * HOUR, waits, openings, now=at(3, 12))

    assert told(derived) == [
        ("02 14:00", "02 16:00", OPEN, 2),
        ("02 16:00", "03 10:00", "waiting_requester", 0),
        ("03 10:00", "03 16:00", OPEN, 6),
    ]
    assert (derived.due_at, derived.used_for, derived.left_for) == (at(3, 16), 4 * HOUR, 4 * HOUR)
    assert derived.stretches[1].working_for == 2 * HOUR


def test_a_wait_that_lasts_leaves_no_deadline_unless_it_had_passed_before(openings):
    waits = [("planned", at(2, 12), None)]

    early = derive(at(2, 9), HOUR, waits, openings, now=at(2, 15))
    late = derive(at(2, 9), 8 * HOUR, waits, openings, now=at(2, 15))

    assert (early.due_at, early.left_for) == (at(2, 10), -2 * HOUR)
    assert (late.due_at, late.used_for, late.until_at) == (None, 3 * HOUR, at(2, 15))


def test_a_clock_that_has_ended_is_counted_to_its_end(openings):
    derived = derive(at(6, 16), 4 * HOUR, [], openings, now=at(20, 9), ended_at=at(9, 11))

    assert told(derived) == [
        ("06 16:00", "06 17:00", OPEN, 1), ("06 17:00", "09 09:00", CLOSED, 0), ("09 09:00", "09 11:00", OPEN, 2),
    ]  # fmt: skip
    assert derived.left_for == HOUR


def test_waits_that_overlap_are_taken_off_once_and_the_earlier_names_what_both_claim(openings):
    waits = [("waiting_third_party", at(2, 11), at(2, 13)), ("waiting_requester", at(2, 10), at(2, 12))]

    derived = derive(at(2, 9), 4 * HOUR, waits, openings, now=at(2, 9))

    assert [(s.reason, s.lasted_for / HOUR) for s in derived.stretches] == [
        (OPEN, 1), ("waiting_requester", 2), ("waiting_third_party", 1), (OPEN, 3),
    ]  # fmt: skip
    assert derived.due_at == at(2, 16)


def test_a_question_beyond_the_openings_is_refused(openings):
    with pytest.raises(BeyondOpenings):
        derive(at(2, 9), 8 * HOUR, [], openings, now=datetime(2031, 1, 1, tzinfo=UTC))


@settings(max_examples=150, deadline=None)
@given(calendars(), budgets, st.data())
def test_the_stretches_have_no_gap_and_add_up_to_what_the_arithmetic_says(drawn, budget, data):
    _described, calendar, start = drawn
    pauses = data.draw(pauses_near(start))
    waits = [("planned", min(pair), max(pair)) for pair in pauses]
    openings = workclock.frozen_openings(start, calendar)
    now = start + timedelta(seconds=data.draw(st.integers(0, 600_000)))

    derived = derive(start, budget, waits, openings, now=now)

    plain = [(begin, end) for _state, begin, end in waits]
    edges = [derived.started_at, *(stretch.ended_at for stretch in derived.stretches)]
    assert [stretch.began_at for stretch in derived.stretches] == edges[:-1]
    assert edges[-1] == derived.until_at
    assert derived.due_at == workclock.due_with_pauses(start, budget, plain, calendar)
    assert derived.used_for == workclock.elapsed_with_pauses(start, now, plain, calendar)
    assert derived.used_for + derived.left_for == budget
    counted = sum((s.counted_for for s in derived.stretches), timedelta(0))
    assert counted == (derived.stretches[-1].total_for if derived.stretches else timedelta(0))
    assert counted == workclock.elapsed_with_pauses(derived.started_at, derived.until_at, plain, calendar)
    by_due = sum((s.counted_for for s in derived.stretches if s.ended_at <= derived.due_at), timedelta(0))
    assert by_due <= budget
    assert by_due == budget or derived.until_at > derived.due_at
