"""Which teams pass tickets to which, and which tickets go to and fro. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Passed(NamedTuple):
    """A ticket that went from one team to another; in the order in which that happened."""

    ticket_id: int
    from_id: int
    to_id: int


def matrix(passed: Iterable[Passed]) -> Counter[tuple[int, int]]:
    """Return how often each team passed tickets to each other one."""
    return Counter((each.from_id, each.to_id) for each in passed)


def to_and_fro(passed: Iterable[Passed]) -> Counter[int]:
    """Return how often each ticket came back to a team that had given it away (A, B, A); others are out."""
    gave: dict[int, set[int]] = {}
    found: Counter[int] = Counter()
    for each in passed:
        given = gave.setdefault(each.ticket_id, set())
        if each.to_id in given:
            found[each.ticket_id] += 1
        given.add(each.from_id)
    return found
