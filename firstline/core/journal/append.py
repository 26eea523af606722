"""The one function that writes to the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from firstline.core.journal import chain as chains
from firstline.core.journal.models import Entry


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
    return Entry.objects.create(
        chain=chain, seq=seq, kind=kind, by_id=by_id, happened_at=at, recorded_at=recorded_at, body=body,
        seal=chains.seal_of(body),
    )  # fmt: skip


def _next(chain: str) -> tuple[int, bytes]:
    last = Entry.objects.filter(chain=chain).order_by("-seq").values_list("seq", "seal").first()
    return (last[0] + 1, bytes(last[1])) if last else (1, chains.GENESIS)
