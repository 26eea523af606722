"""Where the bytes of a blob lie, and reading them back."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from firstline.core.intake.models import Blob


def path_of(digest: str) -> Path:
    """Return the file that holds, or would hold, the bytes of a large blob."""
    folder: Path = settings.DATA
    return folder / "blobs" / digest[:2] / digest


def bytes_of(blob: Blob) -> bytes:
    """Return the blob's bytes; raises FileNotFoundError if they were dropped, or their file is gone."""
    if blob.inline is not None:
        return bytes(blob.inline)
    return path_of(blob.digest).read_bytes()


def begins(blob: Blob, length: int) -> bytes:
    """Return the first bytes of a blob; none of one that was dropped."""
    if blob.inline is not None:
        return bytes(blob.inline[:length])
    try:
        with path_of(blob.digest).open("rb") as file:
            return file.read(length)
    except FileNotFoundError:
        return b""
