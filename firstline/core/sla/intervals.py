"""Sets of half-open intervals of whole seconds, as sorted lists of (from, to) that do not touch."""

from __future__ import annotations

from collections.abc import Iterable

Interval = tuple[int, int]


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same moments with overlapping and touching intervals made one, empty ones dropped."""
    joined: list[Interval] = []
    for begin, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if joined and begin <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def minus(intervals: list[Interval], cuts: list[Interval]) -> list[Interval]:
    """Return the moments of `intervals` that lie in none of `cuts`; both as `union` returns them."""
    left: list[Interval] = []
    cut = 0
    for begin, end in intervals:
        while cut < len(cuts) and cuts[cut][1] <= begin:
            cut += 1
        at = cut
        while at < len(cuts) and cuts[at][0] < end:
            if begin < cuts[at][0]:
                left.append((begin, cuts[at][0]))
            begin = cuts[at][1]
            at += 1
        if begin < end:
            left.append((begin, end))
    return left
