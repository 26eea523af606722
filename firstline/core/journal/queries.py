"""Reading the journal: one chain, or all of it in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from firstline.core.journal import chain as chains
from firstline.core.journal.models import Content, Entry

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with its particulars opened."""

    id: int
    seq: int
    kind: str
    by_id: int | None
    happened_at: datetime
    recorded_at: datetime
    facts: dict[str, Any]


def told(chain: str) -> list[Told]:
    """Return what a chain tells, first entry first."""
    return [_opened(row) for row in Entry.objects.filter(chain=chain).order_by("seq")]


def one(entry_id: int) -> tuple[str, Told]:
    """Return the key of an entry's chain, and what it tells; raises Entry.DoesNotExist."""
    row = Entry.objects.get(pk=entry_id)
    return row.chain, _opened(row)


def latest_at(chain: str) -> datetime | None:
    """Return when the newest fact of a chain happened, or None if it has none."""
    return Entry.objects.filter(chain=chain).order_by("-seq").values_list("happened_at", flat=True).first()


def texts(digests: set[str]) -> dict[str, str | None]:
    """Return the text behind each digest; None where it was erased."""
    return dict(Content.objects.filter(digest__in=digests).values_list("digest", "text"))


def rows_by_chain(chunk: int = CHUNK) -> Iterator[chains.Row]:
    """Yield every entry ordered by chain and seq, a chunk a query, so that no long read holds back the WAL."""
    columns = ("chain", "seq", "kind", "by_id", "happened_at", "recorded_at", "body", "seal")
    entries = Entry.objects.order_by("chain", "seq").values_list(*columns)
    after: tuple[str, int] = ("", 0)
    while True:
        chain, seq = after
        rows = list(entries.filter(Q(chain=chain, seq__gt=seq) | Q(chain__gt=chain), chain__gte=chain)[:chunk])
        for chain, seq, kind, by_id, happened_at, recorded_at, body, seal in rows:
            yield chains.Row(chain, seq, kind, by_id, happened_at, recorded_at, bytes(body), bytes(seal))
        if len(rows) < chunk:
            return
        after = (rows[-1][0], rows[-1][1])


def _opened(row: Entry) -> Told:
    facts = chains.facts_of(bytes(row.body))
    return Told(row.pk, row.seq, row.kind, row.by_id, row.happened_at, row.recorded_at, facts)
