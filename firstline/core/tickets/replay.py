"""Whether a ticket's row is what its chain says: the chain replayed, column by column.

The columns that are not replayed, with reasons, are listed in docs/adr/0005-journal.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from firstline.core.journal import chain as chains
from firstline.core.journal.chain import Row
from firstline.core.tickets import life, queries
from firstline.core.tickets.models import Ticket

NOT_REPLAYED = frozenset({"id", "subject_salt", "envelope", "form", "answers", "close_due_at"})
PREFIX = "ticket:"


@dataclass(frozen=True, slots=True)
class Differs:
    """A column of a ticket in which its row is not what its chain says; "" where the whole is missing."""

    ticket_id: int
    column: str
    said: Any
    stored: Any

    @property
    def why(self) -> str:
        """What is wrong, in words."""
        if self.column:
            return f"its {self.column} was changed: the chain says {self.said!r}, the row {self.stored!r}"
        return "the chain cannot be replayed" if self.said else "its row is missing"


def differences(ticket_id: int, rows: Iterable[Row]) -> list[Differs]:
    """Return where the row of a ticket differs from its chain, whose entries come first to last."""
    return list(_compared(ticket_id, rows, Ticket.objects.filter(pk=ticket_id).first()))


def all_differences(rows: Iterable[Row], *, batch: int = 500) -> Iterator[Differs]:
    """Yield where rows of tickets differ from their chains.

    rows   entries of whole chains ordered by chain and seq; chains of other things are passed over
    batch  tickets read by one query
    """
    waiting: list[tuple[int, list[Row]]] = []
    for chain, entries in groupby(rows, attrgetter("chain")):
        if chain.startswith(PREFIX):
            waiting.append((int(chain.removeprefix(PREFIX)), list(entries)))
        if len(waiting) >= batch:
            yield from _batch(waiting)
            waiting = []
    yield from _batch(waiting)


def _batch(waiting: list[tuple[int, list[Row]]]) -> Iterator[Differs]:
    tickets = Ticket.objects.in_bulk([ticket_id for ticket_id, _rows in waiting])
    for ticket_id, rows in waiting:
        yield from _compared(ticket_id, rows, tickets.get(ticket_id))


def _compared(ticket_id: int, rows: Iterable[Row], ticket: Ticket | None) -> Iterator[Differs]:
    if ticket is None:
        yield Differs(ticket_id, "", None, None)
        return
    try:
        said = life.replay(_fact(row) for row in rows)
    except (KeyError, ValueError, TypeError) as error:
        yield Differs(ticket_id, "", f"{type(error).__name__}: {error}", None)
        return
    stored = queries.life_of(ticket)
    for column in life.COLUMNS:
        if getattr(said, column) != getattr(stored, column):
            yield Differs(ticket_id, column, getattr(said, column), getattr(stored, column))


def _fact(row: Row) -> life.Fact:
    return life.Fact(row.kind, row.by_id, row.happened_at, chains.facts_of(row.body))
