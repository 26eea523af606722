"""How entries are sealed to one another, and how a chain is checked. Pure: values in, values out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
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


def fault(row: Row, seq: int, prev: bytes) -> str:
    """Return what is wrong with `row` as number `seq` behind the seal `prev`, or ""."""
    if row.seq != seq:
        return f"number {seq} is missing; number {row.seq} stands in its place"
    if seal_of(row.body) != row.seal:
        return "the seal does not fit the sealed bytes"
    try:
        said = json.loads(row.body)
        facts_of(row.body)
    except (ValueError, KeyError, TypeError):
        return "the sealed bytes are no entry"
    if said.get("prev") != prev.hex():
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
        if said.get(name) != value:
            return f"its {name} was changed: sealed {said.get(name)!r}, stored {value!r}"
    return ""
