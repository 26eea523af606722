"""Removes files whose bytes were redacted, once the redaction is committed."""

from __future__ import annotations

from django_tasks import task

from firstline.commands import blobs


@task
def erase(digest: str) -> None:
    """Remove the file of a dropped blob; twice does no harm."""
    blobs.erase(digest=digest)
