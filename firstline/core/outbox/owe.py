"""Owing work: rows committed with the facts they follow from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from firstline.core import rows
from firstline.core.outbox.models import Job


def owe(
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    key: str | None = None,
    ids: bool = True,
) -> Job | None:
    """Owe one piece of work, inside the caller's transaction.

    kind     dotted path of the task that does it
    payload  JSON values the task is called with
    run_at   not before this instant; `now` if None
    key      what makes it the same work: owed again it is not owed twice
    ids      the job learns its id; or else, without a key, nobody waits for the answer
    returns  the job, or None if the same key was owed before
    """
    row = Job(kind=kind, payload=dict(payload), owed_at=now, run_at=run_at or now, key=key)
    if key is None:
        rows.add(row, ids=ids)
        return row
    try:
        with transaction.atomic():
            rows.add(row)
    except IntegrityError:
        return None
    return row


def owe_each(kind: str, payloads: Mapping[str, Mapping[str, Any]], *, now: datetime) -> None:
    """Owe one piece of work for each key, by one statement; what was owed under a key before is not owed again."""
    owed = [
        Job(kind=kind, payload=dict(payload), owed_at=now, run_at=now, key=key) for key, payload in payloads.items()
    ]
    Job.objects.bulk_create(owed, ignore_conflicts=True)
