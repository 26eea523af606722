"""Keeps bytes under their SHA-256, small ones in the row, large ones in a durable file; and drops them again."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path

from django.db import transaction

from firstline.core import rows
from firstline.core.intake.models import Blob
from firstline.core.intake.store import path_of
from firstline.core.outbox.owe import owe

INLINE_LIMIT = 64 * 1024
ERASE = "firstline.worker.erasing.erase"


def keep_bytes(data: bytes, *, now: datetime) -> Blob:
    """Return the blob of `data`, kept if it was not kept before; in the caller's transaction.

    A file is on disk, whole and synced, before the row that names it can be committed.
    Raises OSError when the disk refuses; then nothing is kept and nothing half done.
    """
    return keep_all([data], now=now)[0]


def keep_all(several: Sequence[bytes], *, now: datetime) -> list[Blob]:
    """Return the blobs of `several`, in their order, as `keep_bytes` keeps each of them; one statement for all."""
    kept = [_blob(data, now) for data in several]
    # The rows first: they lock out `erase`, which could remove a file between our looking for it and our commit.
    # In one order, so that no two who keep the same bytes wait for each other.
    different = {blob.digest: blob for blob in sorted(kept, key=attrgetter("digest"))}
    rows.put(*different.values(), replacing=("inline", "dropped_at"))
    large = [(blob, data) for blob, data in zip(kept, several, strict=True) if blob.inline is None]
    if large:
        rows.wait()
    for blob, data in large:
        _to_file(path_of(blob.digest), data)
    return kept


def drop(digest: str, *, now: datetime) -> None:
    """Take a blob's bytes away, in the caller's transaction; a file is removed by a job after the commit."""
    large = Blob.objects.filter(digest=digest, inline=None, dropped_at=None).update(dropped_at=now)
    if large:
        owe(ERASE, {"digest": digest}, now=now)
    Blob.objects.filter(digest=digest, dropped_at=None).update(inline=None, dropped_at=now)


@transaction.atomic
def erase(*, digest: str) -> None:
    """Remove the file of a dropped blob, unless the same bytes were kept again since; twice does no harm."""
    if Blob.objects.select_for_update().filter(digest=digest, dropped_at__isnull=False).first():
        path_of(digest).unlink(missing_ok=True)


def _blob(data: bytes, now: datetime) -> Blob:
    inline = data if len(data) <= INLINE_LIMIT else None
    return Blob(digest=hashlib.sha256(data).hexdigest(), size=len(data), inline=inline, kept_at=now)


def _to_file(path: Path, data: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
