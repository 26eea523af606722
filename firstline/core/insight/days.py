"""What a day's tickets come to, by team and by what they are about. Pure: tickets as values in, sums out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import NamedTuple


class Seen(NamedTuple):
    """A ticket as a day counts it; `line` is that of the team that has it, `kept` None where nothing was judged."""

    team_id: int | None
    line: int | None
    service_id: int | None
    category_id: int | None
    site_id: int | None
    organisation_id: int | None
    resolved: bool
    hand_overs: int
    reopenings: int
    score: int | None
    kept: bool | None
    spent: int
    cost: Decimal


@dataclass(slots=True)
class Sums:
    """What tickets come to; the names are those of the columns of `Day`."""

    opened: int = 0
    resolved: int = 0
    judged: int = 0
    kept: int = 0
    first_contact: int = 0
    rated: int = 0
    score: int = 0
    spent: int = 0
    cost: Decimal = Decimal(0)

    def add(self, ticket: Seen) -> None:
        """Count one more ticket."""
        at_once = ticket.resolved and ticket.line == 1 and not ticket.hand_overs and not ticket.reopenings
        self.opened += 1
        self.resolved += ticket.resolved
        self.judged += ticket.kept is not None
        self.kept += bool(ticket.kept)
        self.first_contact += at_once
        self.rated += ticket.score is not None
        self.score += ticket.score or 0
        self.spent += ticket.spent
        self.cost += ticket.cost

    def __iadd__(self, other: Sums) -> Sums:
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


NAMES = tuple(field.name for field in fields(Sums))
Key = tuple[str, int, int]


def summed(tickets: Iterable[Seen]) -> Mapping[Key, Sums]:
    """Return sums by (what tickets are about, team, its key); 0 stands for none."""
    found: dict[Key, Sums] = {}
    for ticket in tickets:
        for by, key in _about(ticket):
            found.setdefault((by, ticket.team_id or 0, key or 0), Sums()).add(ticket)
    return found


def share(part: int, whole: int) -> float | None:
    """Return a part of a whole in percent, None where there is no whole."""
    return 100 * part / whole if whole else None


def _about(ticket: Seen) -> tuple[tuple[str, int | None], ...]:
    return (
        ("all", 0), ("service", ticket.service_id), ("category", ticket.category_id), ("site", ticket.site_id),
        ("organisation", ticket.organisation_id),
    )  # fmt: skip
