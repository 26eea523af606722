"""Sets of intervals are joined and cut as sets of their moments."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from firstline.core.sla.intervals import minus, union

anything = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def moments(intervals):
    return {moment for begin, end in intervals for moment in range(begin, end)}


def test_overlapping_and_touching_intervals_become_one():
    assert union([(5, 9), (1, 3), (3, 5), (6, 7), (11, 12), (4, 4)]) == [(1, 9), (11, 12)]


def test_a_cut_may_split_shorten_and_remove():
    assert minus([(0, 10), (20, 30), (40, 50)], [(4, 6), (15, 25), (40, 50)]) == [(0, 4), (6, 10), (25, 30)]


@given(anything)
def test_a_union_has_the_same_moments_in_order_and_apart(intervals):
    joined = union(intervals)

    assert moments(joined) == moments(intervals)
    assert all(before[1] < after[0] for before, after in pairwise(joined))


@given(anything, anything)
def test_what_is_left_has_the_moments_of_the_one_without_the_other(intervals, cuts):
    assert moments(minus(union(intervals), union(cuts))) == moments(intervals) - moments(cuts)
