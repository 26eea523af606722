"""Reads a log file, plain or gzip, and brings its cases in, batch by batch."""

from __future__ import annotations

import gzip
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from time import monotonic

from firstline.channels.eventlog import parse
from firstline.channels.eventlog.maps import Map
from firstline.channels.eventlog.parse import BadLog
from firstline.commands import history
from firstline.commands.labels import Labels, open_desk
from firstline.core.kernel.refusals import _
from firstline.core.tickets.recorded import Case

# Cases to a commit: some thousands of rows, so that a crash costs little and a commit costs little too.
BATCH = 300
DESK = "Imported history"


@dataclass
class Outcome:
    """What an import came to; rows = events + events_standing + rows_without_case, always."""

    rows: int = 0
    cases: int = 0
    imported: int = 0
    events: int = 0
    standing: int = 0
    events_standing: int = 0
    rows_without_case: int = 0
    # Cases that stood already, and of which the file now tells more; they were left as they are.
    longer: int = 0
    flags: dict[str, int] = field(default_factory=dict)
    took_seconds: float = 0.0

    @property
    def events_per_second(self) -> int:
        """Return the speed so far."""
        return round(self.events / self.took_seconds) if self.took_seconds else 0


def bring(
    path: Path, by: Map, *, desk_key: str, now: datetime, tell: Callable[[Outcome], None], batch: int = BATCH
) -> Outcome:
    """Bring every case of the file in that does not stand already; `tell` hears of every commit.

    Raises BadLog before anything is written if the file cannot be read by the map.
    """
    began = monotonic()
    raw = _bytes(path)
    log, reader = parse.read(_text(raw, path), by)
    desk = open_desk(key=desk_key, name=DESK, now=now)
    source = f"{desk_key}/{by.source}"[:100]
    envelope = history.keep_log(raw=raw, source=source, now=now)
    outcome = Outcome(rows=log.rows, cases=len(log.cases), rows_without_case=len(log.nameless))
    flags: Counter[str] = Counter()
    new = _new(log, reader, history.brought_in(source), outcome)
    labels = Labels(desk, source)
    while chunk := list(islice(new, batch)):
        brought = history.bring_in(labels=labels, cases=chunk, envelope_id=envelope.pk, now=now)
        outcome.imported += brought.tickets
        outcome.events += brought.events
        flags.update(flag for case in chunk for flag in case.flags)
        outcome.took_seconds = monotonic() - began
        tell(outcome)
    outcome.flags = dict(flags.most_common())
    outcome.took_seconds = monotonic() - began
    history.settle_log(envelope_id=envelope.pk, why=f"{outcome.cases} cases, {outcome.rows} rows", now=now)
    return outcome


def _new(log: parse.Log, reader: parse.Reader, standing: dict[str, int], outcome: Outcome) -> Iterator[Case]:
    for external_id, rows in log.cases.items():
        known = standing.get(external_id)
        if known is None:
            yield reader.case(external_id, rows)
            continue
        outcome.standing += 1
        outcome.events_standing += len(rows)
        outcome.longer += len(rows) > known


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadLog(_("%(path)s cannot be read: %(why)s."), path=path, why=error.strerror) from error


def _text(raw: bytes, path: Path) -> str:
    try:
        plain = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    except (OSError, EOFError, zlib.error) as error:
        raise BadLog(_("%(path)s is a broken gzip file: %(why)s."), path=path, why=str(error)) from error
    try:
        # PostgreSQL stores no NUL; the file as it came is kept beside.
        return plain.decode("utf-8-sig").replace("\x00", "\ufffd")
    except UnicodeDecodeError as error:
        text = _("%(path)s is not UTF-8 text (byte %(place)d); save it as UTF-8.")
        raise BadLog(text, path=path, place=error.start) from error
