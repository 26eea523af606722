"""The order of the queue: what its bands and levels put before what, and when time alone changes that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.ownership import ranks
from firstline.core.ownership.ranks import Standing, standing
from tests.world import NINE, now

HOUR = timedelta(hours=1)
spans = st.integers(60, 90 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
late = st.integers(0, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
weights = st.integers(1, 100)


def test_the_nearest_deadline_comes_first_and_what_waits_comes_behind():
    soon = standing("open", due_at=now(hours=1), span=HOUR, now=NINE)
    later = standing("new", due_at=now(hours=2), span=HOUR, now=NINE)
    waits = standing("waiting_requester", due_at=now(hours=-9), span=HOUR, now=NINE)
    planned = standing("planned", due_at=now(hours=-9), span=HOUR, now=NINE)

    assert soon.rank < later.rank < waits.rank < planned.rank
    assert (soon.turns_at, waits.turns_at) == (now(hours=1), None)


def test_what_is_overdue_comes_first_by_its_share_times_weight():
    a_day_of_a_week = standing("open", due_at=now(days=-1), span=timedelta(days=7), now=NINE)
    an_hour_of_an_hour = standing("open", due_at=now(hours=-1), span=HOUR, now=NINE)
    heavier = standing("open", due_at=now(hours=-1), span=HOUR, now=NINE, weight=4)
    due_next = standing("open", due_at=now(minutes=1), span=HOUR, now=NINE)

    assert heavier.rank < an_hour_of_an_hour.rank < a_day_of_a_week.rank < due_next.rank


def test_a_guarded_ticket_stands_before_all_others_from_the_middle_of_its_promise_on():
    overdue = standing("open", due_at=now(hours=-90), span=HOUR, now=NINE, weight=100)
    early = standing("open", due_at=now(hours=3), span=4 * HOUR, now=NINE, guarded=True)
    middle = standing("open", due_at=now(hours=2), span=4 * HOUR, now=NINE, guarded=True)

    assert early.turns_at == now(hours=1)
    assert middle.turns_at is None
    assert middle.rank < overdue.rank < early.rank


@given(overdue=late, span=spans, weight=weights)
def test_a_level_is_never_reached_late_and_lasts_until_the_next(overdue: timedelta, span: timedelta, weight: int):
    due_at = NINE - overdue
    here = standing("open", due_at=due_at, span=span, now=NINE, weight=weight)

    if here.turns_at is not None:
        assert here.turns_at > NINE
        just_before = here.turns_at - timedelta(microseconds=2)
        if just_before >= NINE:
            assert standing("open", due_at=due_at, span=span, now=just_before, weight=weight) == here
        there = standing("open", due_at=due_at, span=span, now=here.turns_at, weight=weight)
        assert there.rank < here.rank


Overdue = tuple[timedelta, timedelta, int]


@given(one=st.tuples(late, spans, weights), other=st.tuples(late, spans, weights))
def test_a_share_half_as_large_again_is_always_told_apart(one: Overdue, other: Overdue):
    shares, stands = [], []
    for overdue, span, weight in (one, other):
        shares.append(overdue / span * weight)
        stands.append(standing("open", due_at=NINE - overdue, span=span, now=NINE, weight=weight))

    if min(shares) >= 1 / 16 and shares[0] >= shares[1] * 1.5:
        assert stands[0].rank < stands[1].rank


@pytest.mark.parametrize("overdue", [timedelta(days=36_000), timedelta(0)])
def test_the_ends_of_the_scale_hold(overdue: timedelta):
    stands = standing("open", due_at=NINE - overdue, span=timedelta(0), now=NINE, weight=100)

    assert isinstance(stands, Standing)
    assert ranks.OVERDUE * ranks.BAND <= stands.rank < ranks.WORKABLE * ranks.BAND
