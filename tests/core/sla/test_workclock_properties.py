"""What must hold for any calendar in any zone, and agreement with the slow oracle around clock changes."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstline.core.sla import descriptions, workclock
from firstline.core.sla.openings import Openings
from tests.core.sla import oracle
from tests.core.sla.oracle import DAY, MINUTE, MOMENTS

ZERO = timedelta(0)
cases = st.sampled_from(MOMENTS)
budgets = st.integers(1, 400_000).map(lambda seconds: timedelta(seconds=seconds))


@st.composite
def calendars(draw):
    """Draw a description that opens every week, its calendar, and a moment near a change of its clocks."""
    tz, written = draw(cases)
    moment = oracle.at(written)
    described = draw(oracle.descriptions(tz, moment))
    described["hours"]["wed"] = [["09:00", "17:30"], *described["hours"].get("wed", [])]
    near = moment + timedelta(seconds=draw(st.integers(-400_000, 400_000)))
    return described, descriptions.read(described), near


@st.composite
def pauses_near(draw, moment: datetime, unit: timedelta = timedelta(seconds=1)):
    """Draw up to four pauses that begin within four days of `moment`, perhaps overlapping."""
    reach = 4 * DAY // unit
    pair = st.tuples(st.integers(-reach, reach), st.integers(0, reach // 2))
    return [
        (moment + unit * begin, moment + unit * (begin + length)) for begin, length in draw(st.lists(pair, max_size=4))
    ]


@given(calendars(), budgets)
def test_elapsed_until_due_is_the_budget(drawn, budget):
    _described, calendar, start = drawn

    due = workclock.due_at(start, budget, calendar)

    assert workclock.elapsed(start, due, calendar) == budget


@given(calendars(), budgets)
def test_due_is_the_first_instant_at_which_the_budget_has_run_out(drawn, budget):
    _described, calendar, start = drawn

    due = workclock.due_at(start, budget, calendar)

    assert workclock.elapsed(start, due - workclock.SECOND, calendar) == budget - workclock.SECOND


@given(calendars(), st.lists(st.integers(0, 900_000), min_size=2, max_size=2))
def test_elapsed_time_adds_up(drawn, offsets):
    _described, calendar, start = drawn
    middle, end = sorted(start + timedelta(seconds=offset) for offset in offsets)

    whole = workclock.elapsed(start, end, calendar)

    assert whole == workclock.elapsed(start, middle, calendar) + workclock.elapsed(middle, end, calendar)
    assert workclock.elapsed(end, start, calendar) == ZERO


@given(calendars(), budgets, budgets)
def test_budgets_add_up(drawn, first, second):
    _described, calendar, start = drawn

    in_steps = workclock.due_at(workclock.due_at(start, first, calendar), second, calendar)

    assert in_steps == workclock.due_at(start, first + second, calendar)


@given(calendars(), budgets)
def test_subtracting_is_the_inverse_of_adding(drawn, budget):
    _described, calendar, end = drawn

    start = workclock.start_before(end, budget, calendar)

    assert workclock.elapsed(start, end, calendar) == budget
    assert workclock.elapsed(start + workclock.SECOND, end, calendar) == budget - workclock.SECOND
    assert workclock.due_at(start, budget, calendar) <= end


@given(calendars(), budgets, st.data())
def test_time_in_pauses_is_not_counted(drawn, budget, more):
    _described, calendar, start = drawn
    pauses = more.draw(pauses_near(start))

    due = workclock.due_with_pauses(start, budget, pauses, calendar)

    assert workclock.elapsed_with_pauses(start, due, pauses, calendar) == budget
    assert workclock.elapsed_with_pauses(start, due - workclock.SECOND, pauses, calendar) == budget - workclock.SECOND
    assert due >= workclock.due_at(start, budget, calendar)


@given(calendars(), budgets)
def test_stored_openings_give_the_same_answers_as_their_calendar(drawn, budget):
    _described, calendar, start = drawn

    openings = workclock.frozen_openings(start, calendar)
    restored = Openings.restored(openings.frozen())

    assert (restored, restored.digest()) == (openings, openings.digest())
    assert workclock.due_at(start, budget, restored) == workclock.due_at(start, budget, calendar)


@pytest.mark.parametrize(("tz", "written"), MOMENTS)
@settings(max_examples=6)
@given(data=st.data())
def test_every_minute_around_a_clock_change_is_open_as_the_rules_say(tz, written, data):
    moment = oracle.at(written)
    begin, end = moment - 2 * DAY, moment + 2 * DAY
    described = data.draw(oracle.descriptions(tz, moment))

    calendar = descriptions.read(described)

    openings = calendar.openings(begin.year, end.year)
    minutes = [
        begin + MINUTE * number
        for number in range(4 * 24 * 60)
        if openings.worked(*(_seconds(begin + MINUTE * (number + step)) for step in (0, 1))) == 60
    ]
    assert minutes == oracle.working_minutes(described, begin, end)
    assert workclock.elapsed(begin, end, calendar) == MINUTE * len(minutes)


@pytest.mark.parametrize(("tz", "written"), MOMENTS)
@settings(max_examples=4)
@given(data=st.data())
def test_due_and_elapsed_with_pauses_agree_with_counting_minutes(tz, written, data):
    moment = oracle.at(written)
    start, end = moment - DAY, moment + 2 * DAY
    described = data.draw(oracle.descriptions(tz, moment))
    pauses = data.draw(pauses_near(moment, MINUTE))
    calendar = descriptions.read(described)

    counted = oracle.working_minutes(described, start, end, pauses)

    assert workclock.elapsed_with_pauses(start, end, pauses, calendar) == MINUTE * len(counted)
    if counted:
        budget = data.draw(st.integers(1, len(counted)))
        due = workclock.due_with_pauses(start, MINUTE * budget, pauses, calendar)
        assert due == counted[budget - 1] + MINUTE


def _seconds(moment: datetime) -> int:
    return (moment - workclock.EPOCH) // workclock.SECOND
