"""How entries are sealed to one another, and how a chain is checked. Pure: values in, values out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from firstline.core.journal import canonical

FORMAT = 1
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is stored: the columns one can query by, the sealed bytes, and the seal."""

    chain: str
    seq: int
    kind: str
    by_id: int | None
    happened_at: datetime
    recorded_at: datetime
    body: bytes
    seal: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold, and what is wrong there, in words."""

    chain: str
    seq: int
    why: str


def instant(moment: datetime) -> str:
    """Return an aware datetime as the journal writes it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def body_of(
    *, chain: str, seq: int, prev: bytes, kind: str, by_id: int | None, happened_at: datetime,
    recorded_at: datetime, facts: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """Return the bytes that are sealed: everything the entry says, and the seal before it."""
    return canonical.encode(
        {
            "v": FORMAT,
            "chain": chain,
            "seq": seq,
            "prev": prev.hex(),
            "kind": kind,
            "by": by_id,
            "happened_at": instant(happened_at),
            "recorded_at": instant(recorded_at),
            "facts": facts,
        }
    )


def seal_of(body: bytes) -> bytes:
    """Return the seal of an entry's bytes: their SHA-256."""
    return hashlib.sha256(body).digest()


def facts_of(body: bytes) -> dict[str, Any]:
    """Return the particulars an entry's bytes hold."""
    facts: dict[str, Any] = json.loads(body)["facts"]
    return facts


def broken_links(rows: Iterable[Row]) -> Iterator[Broken]:
    """Yield what does not hold in `rows`, which come ordered by chain and seq, each chain whole.

    Every column is compared with the sealed bytes, the seal with the bytes, and each entry with the
    one before it. A chain that breaks is reported once, at its first break.
    """
    chain, seq, prev, skip = None, 0, GENESIS, False
    for row in rows:
        if row.chain != chain:
            chain, seq, prev, skip = row.chain, 0, GENESIS, False
        if skip:
            continue
        seq += 1
        why = fault(row, seq, prev)
        if why:
            yield Broken(row.chain, row.seq, why)
            skip = True
        prev = row.seal


def fault(row: Row, seq: int, prev: bytes) -> str:
    """Return what is wrong with `row` as number `seq` behind the seal `prev`, or ""."""
    if row.seq != seq:
        return f"number {seq} is missing; number {row.seq} stands in its place"
    if seal_of(row.body) != row.seal:
        return "the seal does not fit the sealed bytes"
    said = json.loads(row.body)
    if said["prev"] != prev.hex():
        return "it is not sealed to the entry before it"
    shown = {
        "chain": row.chain,
        "seq": row.seq,
        "kind": row.kind,
        "by": row.by_id,
        "happened_at": instant(row.happened_at),
        "recorded_at": instant(row.recorded_at),
    }
    for name, value in shown.items():
        if said[name] != value:
            return f"its {name} was changed: sealed {said[name]!r}, stored {value!r}"
    return ""
