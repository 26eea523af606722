"""Openings answer within their window, refuse outside it, and survive being stored."""

import hashlib

import pytest

from firstline.core.sla.openings import BadOpenings, BeyondOpenings, Openings

TWO = Openings.of(0, 100, [(10, 20), (40, 60)])


@pytest.mark.parametrize(
    ("begin", "end", "worked"),
    [(0, 100, 30), (0, 10, 0), (10, 11, 1), (15, 45, 10), (20, 40, 0), (59, 100, 1), (50, 50, 0), (60, 10, 0)],
)
def test_working_seconds_are_counted_half_open(begin, end, worked):
    assert TWO.worked(begin, end) == worked


@pytest.mark.parametrize(
    ("start", "seconds", "due"), [(0, 1, 11), (0, 10, 20), (0, 11, 41), (15, 5, 20), (20, 20, 60), (45, 15, 60)]
)
def test_a_budget_that_ends_with_an_opening_is_due_at_closing(start, seconds, due):
    assert TWO.due(start, seconds) == due


@pytest.mark.parametrize(
    ("end", "seconds", "start"), [(100, 1, 59), (100, 20, 40), (100, 21, 19), (45, 5, 40), (40, 10, 10)]
)
def test_a_budget_that_fills_an_opening_starts_at_its_beginning(end, seconds, start):
    assert TWO.start_before(end, seconds) == start


def test_the_nearest_working_moments_are_found():
    assert [TWO.next_open(moment) for moment in (0, 10, 15, 20)] == [10, 10, 15, 40]
    assert [TWO.last_open(moment) for moment in (100, 60, 50, 40)] == [60, 60, 50, 20]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: TWO.due(0, 31),
        lambda: TWO.due(101, 1),
        lambda: TWO.due(-1, 1),
        lambda: TWO.start_before(100, 31),
        lambda: TWO.start_before(101, 1),
        lambda: TWO.worked(-1, 5),
        lambda: TWO.worked(5, 101),
        lambda: TWO.next_open(60),
        lambda: TWO.last_open(10),
    ],
)
def test_what_reaches_outside_the_window_is_refused(ask):
    with pytest.raises(BeyondOpenings, match="from 1970-01-01 to 1970-01-01 only, which is not enough"):
        ask()


def test_openings_are_joined_where_they_touch_and_cut_to_their_window():
    assert Openings.of(5, 50, [(0, 10), (10, 20), (49, 99)]) == Openings.of(5, 50, [(5, 20), (49, 50)])


def test_two_windows_make_one_in_which_the_earlier_is_believed():
    later = Openings.of(50, 200, [(50, 70), (150, 160)])

    assert TWO.followed_by(later) == Openings.of(0, 200, [(10, 20), (40, 60), (150, 160)])
    with pytest.raises(ValueError, match="must begin where these end"):
        TWO.followed_by(Openings.of(101, 200, []))


def test_stored_openings_come_back_equal_and_go_by_the_same_name():
    assert TWO.frozen() == b"[1,0,100,[10,10,20,20]]"
    assert Openings.restored(TWO.frozen()) == TWO
    assert TWO.digest() == Openings.of(0, 100, [(10, 20), (40, 50), (50, 60)]).digest()
    assert TWO.digest() == hashlib.sha256(TWO.frozen()).hexdigest()


@pytest.mark.parametrize(
    "stored",
    [b"", b"{}", b"[2,0,100,[]]", b"[1,0,100,[10]]", b"[1,0,100,[10,-5]]", b"[1,0,100,[90,20]]", b"[1,0,9,null]"],
)
def test_stored_openings_that_were_changed_are_refused(stored):
    with pytest.raises(BadOpenings, match="were changed or cut short"):
        Openings.restored(stored)
