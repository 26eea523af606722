"""Keeps bytes under their SHA-256, small ones in the row, large ones in a durable file; and drops them again."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from django.db import transaction

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
    digest = hashlib.sha256(data).hexdigest()
    inline = len(data) <= INLINE_LIMIT
    blob = Blob(digest=digest, size=len(data), inline=data if inline else None, kept_at=now)
    # The row first: it locks out `erase`, which could remove the file between our looking for it and our commit.
    Blob.objects.bulk_create(
        [blob], update_conflicts=True, unique_fields=["digest"], update_fields=["inline", "dropped_at"]
    )
    if not inline:
        _to_file(path_of(digest), data)
    return blob


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
