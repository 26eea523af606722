"""Walks the whole journal and names each chain's first broken link.

A chunk a query, in the order of chains, so that no long read holds back SQLite's log. Sealed bytes are
canonical, so an entry that holds is recognised by its bytes alone; only one that does not is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from firstline.core.journal import chain as chains
from firstline.core.journal.chain import GENESIS, Broken, Row
from firstline.core.journal.models import Entry

CHUNK = 5000
_POSTGRESQL = "SELECT chain, seq, kind, by_id, happened_at, recorded_at, body, seal FROM journal_entry"
# As text, which is how SQLite keeps instants: making datetimes of them would be half of the work.
_SQLITE = _POSTGRESQL.replace("happened_at, recorded_at", "CAST(happened_at AS TEXT), CAST(recorded_at AS TEXT)")

# An entry as the driver gives it.
Raw = tuple[Any, ...]


@dataclass
class Walked:
    """How far a walk came, and the first break of each chain that is broken."""

    entries: int = 0
    chains: int = 0
    broken: list[Broken] = field(default_factory=list)


def walk(
    *, after: str = "", up_to: str | None = None, watch: Callable[[Walked], None] | None = None,
    whole: Callable[[list[Row]], None] | None = None, chunk: int = CHUNK,
) -> Walked:  # fmt: skip
    """Check every chain behind `after` up to `up_to`, or to the end.

    watch   told after each chunk how far the walk is
    whole   given the rows of each chain that holds, first to last
    chunk   entries read by one query
    """
    walked = Walked()
    chain, seq, prev, rows, holds = "", 0, GENESIS, list[Row](), True
    for rows_read in _chunks(after, up_to, chunk):
        for raw in rows_read:
            if raw[0] != chain:
                _ended(whole, rows, holds)
                chain, seq, prev, rows, holds = raw[0], 0, GENESIS, [], True
                walked.chains += 1
            seq += 1
            if holds and (why := _fault(raw, seq, prev)):
                holds = False
                walked.broken.append(Broken(chain, raw[1], why))
            prev = bytes(raw[7])
            if whole:
                rows.append(_opened(raw))
        walked.entries += len(rows_read)
        if watch:
            watch(walked)
    _ended(whole, rows, holds)
    return walked


def parts(count: int) -> list[tuple[str, str | None]]:
    """Return at most `count` ranges (after, up to) of chains that together hold every entry, about evenly."""
    keys = Entry.objects.order_by("chain", "seq").values_list("chain", flat=True)
    total = keys.count()
    cuts = sorted({keys[total * part // count] for part in range(1, count)} if total >= count else set())
    return list(zip(["", *cuts], [*cuts, None], strict=True))


def _chunks(after: str, up_to: str | None, chunk: int) -> Iterator[list[Raw]]:
    place: tuple[str, int] = (after, 2**31 - 1)
    columns = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    limit = "AND chain <= %s" if up_to else ""
    sql = f"{columns} WHERE (chain, seq) > (%s, %s) {limit} ORDER BY chain, seq LIMIT %s"
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*place, *([up_to] if up_to else []), chunk])
            rows = cursor.fetchall()
        if rows:
            yield rows
        if len(rows) < chunk:
            return
        place = (rows[-1][0], rows[-1][1])


def _fault(raw: Raw, seq: int, prev: bytes) -> str:
    if _fits(raw, seq, prev):
        return ""
    try:
        return chains.fault(_opened(raw), seq, prev)
    except ValueError:
        return "its times cannot be read"


def _fits(raw: Raw, seq: int, prev: bytes) -> bool:
    """Whether an entry's bytes begin and end as they must; an entry that does not fit is to be looked at closely."""
    chain, number, kind, by_id, happened_at, recorded_at, body, seal = raw
    if number != seq or sha256(body).digest() != seal:
        return False
    by = "null" if by_id is None else by_id
    head = f'{{"by":{by},"chain":"{chain}","facts":{{'
    tail = (
        f'}},"happened_at":"{_instant(happened_at)}","kind":"{kind}","prev":"{prev.hex()}",'
        f'"recorded_at":"{_instant(recorded_at)}","seq":{seq},"v":{chains.FORMAT}}}'
    )
    sealed = bytes(body)
    return sealed.startswith(head.encode()) and sealed.endswith(tail.encode())


def _instant(stored: Any) -> str:
    if isinstance(stored, str):
        return f"{stored[:10]}T{stored[11:26]}Z" if len(stored) == 26 else f"{stored[:10]}T{stored[11:]}.000000Z"
    return chains.instant(stored)


def _opened(raw: Raw) -> Row:
    chain, seq, kind, by_id, happened_at, recorded_at, body, seal = raw
    return Row(chain, seq, kind, by_id, _moment(happened_at), _moment(recorded_at), bytes(body), bytes(seal))


def _moment(stored: Any) -> datetime:
    return stored if isinstance(stored, datetime) else datetime.fromisoformat(stored).replace(tzinfo=UTC)


def _ended(whole: Callable[[list[Row]], None] | None, rows: list[Row], holds: bool) -> None:
    if whole and rows and holds:
        whole(rows)
