"""Reading the journal: what a chain tells, and the texts behind its digests."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from firstline.core import rows
from firstline.core.compiled import Given, compiled
from firstline.core.journal import chain as chains
from firstline.core.journal.models import Content, Entry
from firstline.core.kernel.prepared import Prepared

_ENTRY = Prepared(f"SELECT {rows.columns(Entry, 'entry')} FROM journal_entry entry WHERE entry.id = %s")


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
    return [_opened(row) for row in _of_chain(Given(chain))]


@compiled
def _of_chain(chain: str) -> QuerySet[Entry]:
    return Entry.objects.filter(chain=chain).order_by("seq")


def told_since(chain: str, seq: int) -> list[Told]:
    """Return what a chain has told after its entry `seq`."""
    return [_opened(row) for row in Entry.objects.filter(chain=chain, seq__gt=seq).order_by("seq")]


def taken_back(story: Iterable[Told]) -> set[int]:
    """Return the numbers in the chain of the facts that others took back."""
    return {each.facts["of"] for each in story if each.kind == "resolution withdrawn"}


def one(entry_id: int) -> tuple[str, Told]:
    """Return the key of an entry's chain, and what it tells; raises Entry.DoesNotExist."""
    row: Entry
    for (row,) in rows.read([Entry], _ENTRY, [entry_id]):
        return row.chain, _opened(row)
    raise Entry.DoesNotExist


def newest() -> int:
    """Return the id of the newest entry of all, 0 where there is none."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def told_after(entry_id: int, chains: Collection[str]) -> list[tuple[str, Told]]:
    """Return what was told in any of these chains after an entry, each with its chain, oldest first."""
    found = Entry.objects.filter(chain__in=chains, pk__gt=entry_id).order_by("pk")
    return [(row.chain, _opened(row)) for row in found]


def latest_at(chain: str) -> datetime | None:
    """Return when the newest fact of a chain happened, or None if it has none."""
    return Entry.objects.filter(chain=chain).order_by("-seq").values_list("happened_at", flat=True).first()


def texts(digests: set[str]) -> dict[str, str | None]:
    """Return the text behind each digest; None where it was erased."""
    return dict(Content.objects.filter(digest__in=digests).values_list("digest", "text"))


def _opened(row: Entry) -> Told:
    facts = chains.facts_of(bytes(row.body))
    return Told(row.pk, row.seq, row.kind, row.by_id, row.happened_at, row.recorded_at, facts)
