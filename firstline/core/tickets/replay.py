"""Whether a ticket's row is what its chain says: the chain replayed, column by column.

The columns that are not replayed, with reasons, are listed in docs/adr/0005-journal.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from firstline.core.journal import chain as chains
from firstline.core.journal.chain import Row
from firstline.core.journal.models import Entry
from firstline.core.journal.walk import Walked, walk
from firstline.core.tickets import life, queries
from firstline.core.tickets.models import Ticket

NOT_REPLAYED = frozenset({"id", "subject_salt", "envelope_id", "form_id", "answers_id", "close_due_at"})
PREFIX = "ticket:"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Differs:
    """Where a ticket's row is not what its chain says, in words."""

    ticket_id: int
    why: str


@dataclass
class Replayed:
    """How far a replay came, and which rows differ from their chains."""

    walked: Walked
    differs: list[Differs] = field(default_factory=list)


def replay_all(
    *, after: str = "", up_to: str | None = None, watch: Callable[[Walked], None] | None = None
) -> Replayed:  # fmt: skip
    """Walk the chains behind `after` up to `up_to`, and replay each ticket's chain that holds."""
    waiting: list[tuple[int, list[Row]]] = []
    differs: list[Differs] = []

    def whole(rows: list[Row]) -> None:
        chain = rows[0].chain
        if chain.startswith(PREFIX):
            waiting.append((int(chain.removeprefix(PREFIX)), rows))
        if len(waiting) >= BATCH:
            differs.extend(_compared(waiting))
            waiting.clear()

    walked = walk(after=after, up_to=up_to, watch=watch, whole=whole)
    differs.extend(_compared(waiting))
    return Replayed(walked, differs)


def without_chain() -> Iterator[Differs]:
    """Yield the tickets of which no chain tells; a whole chain cut off shows here only."""
    key = Concat(Value(PREFIX), Cast(OuterRef("pk"), TextField()))
    rows = Ticket.objects.annotate(told=Exists(Entry.objects.filter(chain=key))).filter(told=False)
    for ticket_id in rows.order_by("pk").values_list("pk", flat=True).iterator():
        yield Differs(ticket_id, "no chain tells of it")


def _compared(waiting: list[tuple[int, list[Row]]]) -> Iterator[Differs]:
    columns = [*life.COLUMNS, "subject_salt"]
    columns[columns.index("resolution")] = "resolution_id"
    tickets = Ticket.objects.only(*columns).in_bulk([ticket_id for ticket_id, _rows in waiting])
    for ticket_id, rows in waiting:
        yield from _differences(ticket_id, rows, tickets.get(ticket_id))


def _differences(ticket_id: int, rows: list[Row], ticket: Ticket | None) -> Iterator[Differs]:
    if ticket is None:
        yield Differs(ticket_id, "its row is missing")
        return
    try:
        said = life.replay(_fact(row) for row in rows)
    except (KeyError, ValueError, TypeError) as error:
        yield Differs(ticket_id, f"its chain cannot be replayed: {type(error).__name__} {error}")
        return
    stored = queries.life_of(ticket)
    if said == stored:
        return
    for column in life.COLUMNS:
        one, other = getattr(said, column), getattr(stored, column)
        if one != other:
            yield Differs(ticket_id, f"its {column} was changed: the chain says {_shown(one)}, the row {_shown(other)}")


def _fact(row: Row) -> life.Fact:
    return life.Fact(row.kind, row.by_id, row.happened_at, chains.facts_of(row.body))


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    # A state's repr would name its class too.
    return repr(str(value)) if isinstance(value, str) else repr(value)
