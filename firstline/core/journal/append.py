"""The one place that writes to the journal: one entry, or the next entries of many chains at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from firstline.core import rows
from firstline.core.journal import chain as chains
from firstline.core.journal.models import Entry
from firstline.core.kernel.prepared import Prepared

_LAST = Prepared("SELECT seq, seal FROM journal_entry WHERE chain = %s ORDER BY seq DESC LIMIT 1")


def append(
    chain: str,
    kind: str,
    *,
    by_id: int | None,
    at: datetime,
    recorded_at: datetime,
    facts: Mapping[str, Any],
    new: bool = False,
) -> Entry:
    """Write the next entry of `chain`, inside the caller's transaction.

    chain        text key of the thing the fact is about; the caller holds that thing's lock
    at           aware instant when it happened
    recorded_at  aware instant when the desk learned of it
    facts        ids, codes, instants as text, digests; never names, addresses or texts
    new          the thing was made in this very transaction, so no entry can stand before this one
    returns      the saved entry
    raises       IntegrityError if two appended to one chain at once (then the lock was not held)
    source       docs/adr/0005-journal.md
    """
    seq, prev = (1, chains.GENESIS) if new else _next(chain)
    body = chains.body_of(
        chain=chain, seq=seq, prev=prev, kind=kind, by_id=by_id, happened_at=at, recorded_at=recorded_at, facts=facts
    )
    entry = Entry(
        chain=chain, seq=seq, kind=kind, by_id=by_id, happened_at=at, recorded_at=recorded_at, body=body,
        seal=chains.seal_of(body),
    )  # fmt: skip
    rows.add(entry)
    return entry


def _next(chain: str) -> tuple[int, bytes]:
    for seq, seal in rows.read([], _LAST, [chain]):
        return seq + 1, bytes(seal)
    return 1, chains.GENESIS


@dataclass(frozen=True, slots=True)
class Telling:
    """One fact to be told among many: the next of its chain."""

    chain: str
    kind: str
    at: datetime
    facts: Mapping[str, Any]


def append_many(telling: Sequence[Telling], *, by_id: int | None, recorded_at: datetime) -> list[Entry]:
    """Write the next entries of many chains in two statements, inside the caller's transaction.

    The caller holds the locks of all these things. Facts of one chain follow one another as they are given.
    returns  the saved entries, in the order of `telling`
    """
    ends = _ends({one.chain for one in telling})
    entries = []
    for one in telling:
        last, prev = ends.get(one.chain, (0, chains.GENESIS))
        body = chains.body_of(
            chain=one.chain, seq=last + 1, prev=prev, kind=one.kind, by_id=by_id, happened_at=one.at,
            recorded_at=recorded_at, facts=one.facts,
        )  # fmt: skip
        seal = chains.seal_of(body)
        ends[one.chain] = (last + 1, seal)
        entries.append(
            Entry(
                chain=one.chain, seq=last + 1, kind=one.kind, by_id=by_id, happened_at=one.at,
                recorded_at=recorded_at, body=body, seal=seal,
            )
        )  # fmt: skip
    return Entry.objects.bulk_create(entries)


def _ends(names: Iterable[str]) -> dict[str, tuple[int, bytes]]:
    """Return the newest place and seal of each chain."""
    newest = Entry.objects.filter(chain=OuterRef("chain")).order_by("-seq").values("pk")[:1]
    last = Entry.objects.filter(chain__in=list(names), pk=Subquery(newest))
    return {chain: (seq, bytes(seal)) for chain, seq, seal in last.values_list("chain", "seq", "seal")}
