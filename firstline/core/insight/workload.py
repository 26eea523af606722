"""Open tickets counted by who has them, by when they are due, by how old they are. Pure: counted rows in, sums out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

# How far ahead the forecast looks, hour by hour; then later, and what waits and so has no deadline of its own.
HOURS = 12
OVERDUE, LATER, WAITS = 0, HOURS + 1, HOURS + 2
# Days of age at which the next group begins.
AGES = (1, 3, 7, 30)


class Counted(NamedTuple):
    """How many open tickets have this in common.

    due   OVERDUE, the hour from now (1 to HOURS) in which they are due, LATER, or WAITS
    age   0 to len(AGES): how many of AGES they have passed
    """

    team_id: int
    assignee_id: int | None
    steward_id: int | None
    due: int
    age: int
    n: int


class Answered(NamedTuple):
    """How many open tickets of a key one steward answers for (None: nobody by name), while `team_id` has them.

    elsewhere   of them, those that somebody else has
    overdue     of them, those whose deadline has passed
    """

    key: int
    steward_id: int | None
    team_id: int
    n: int
    elsewhere: int
    overdue: int


@dataclass(slots=True)
class Load:
    """What somebody carries: how many, and of them unclaimed, overdue, due within four hours, waiting."""

    open: int = 0
    unclaimed: int = 0
    overdue: int = 0
    soon: int = 0
    waits: int = 0

    def add(self, row: Counted) -> None:
        """Count one more row."""
        self.open += row.n
        self.unclaimed += row.n if row.assignee_id is None else 0
        self.overdue += row.n if row.due == OVERDUE else 0
        self.soon += row.n if OVERDUE < row.due <= 4 else 0
        self.waits += row.n if row.due == WAITS else 0

    @property
    def calm(self) -> int:
        """How many are neither overdue, nor due within four hours, nor waiting."""
        return self.open - self.overdue - self.soon - self.waits


def load(rows: Iterable[Counted], of: Callable[[Counted], int | None]) -> dict[int, Load]:
    """Return what each of those named by `of` carries, the most loaded first; rows of nobody are left out."""
    found: dict[int, Load] = {}
    for row in rows:
        whose = of(row)
        if whose is not None:
            found.setdefault(whose, Load()).add(row)
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].overdue, -pair[1].open, pair[0])))


def answered(rows: Iterable[Counted]) -> list[Answered]:
    """Return by steward what each answers for, with whom else it is, and what of it is overdue."""
    return [
        Answered(
            row.steward_id, row.steward_id, row.team_id, row.n, row.n if row.assignee_id != row.steward_id else 0,
            row.n if row.due == OVERDUE else 0,
        )
        for row in rows
        if row.steward_id
    ]  # fmt: skip


def whole(rows: Iterable[Counted]) -> Load:
    """Return what all of them come to."""
    total = Load()
    for row in rows:
        total.add(row)
    return total


def forecast(rows: Iterable[Counted]) -> list[int]:
    """Return how many will be overdue in each of the next HOURS hours if nothing is done."""
    found = [0] * HOURS
    for row in rows:
        if OVERDUE < row.due <= HOURS:
            found[row.due - 1] += row.n
    return found


def ageing(rows: Iterable[Counted]) -> dict[int, list[int]]:
    """Return by team how many tickets of each age it has, the youngest first."""
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.team_id, [0] * (len(AGES) + 1))[row.age] += row.n
    return found
