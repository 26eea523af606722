"""Keeps bytes under their SHA-256: small ones in the row, large ones in a file made durable first."""

from __future__ import annotations

import hashlib
import os
import secrets
from datetime import datetime
from pathlib import Path

from firstline.core.intake.models import Blob
from firstline.core.intake.store import path_of

INLINE_LIMIT = 64 * 1024


def keep_bytes(data: bytes, *, now: datetime) -> Blob:
    """Return the blob of `data`, kept if it was not kept before; in the caller's transaction.

    A file is on disk, whole and synced, before the row that names it can be committed.
    Raises OSError when the disk refuses; then nothing is kept and nothing half done.
    """
    digest = hashlib.sha256(data).hexdigest()
    inline = len(data) <= INLINE_LIMIT
    if not inline:
        _to_file(path_of(digest), data)
    Blob.objects.bulk_create(
        [Blob(digest=digest, size=len(data), inline=data if inline else None, kept_at=now)], ignore_conflicts=True
    )
    return Blob(digest=digest, size=len(data), inline=data if inline else None, kept_at=now)


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
