"""Ranks anew the open tickets whose place in the order time alone has changed; derived, so no entry tells of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from firstline.core.ownership import ranks
from firstline.core.ownership.models import QueuePlace

BATCH = 500
# Only where nobody has ranked it meanwhile: a command may have changed the ticket since it was read.
_UPDATE = "UPDATE ownership_queueplace SET rank = %s, turns_at = %s WHERE ticket_id = %s AND rank = %s AND due_at = %s"


def rank_anew(*, now: datetime, limit: int = BATCH) -> int:
    """Rank the tickets whose hour has come, the longest due first; return how many there were."""
    due = QueuePlace.objects.filter(part=QueuePlace.Part.CARRIES, turns_at__lte=now).order_by("turns_at")
    rows = list(due.select_related("service").only(*_READ)[:limit])
    if rows:
        adapt = connection.ops.adapt_datetimefield_value
        changes = []
        for row in rows:
            stands = _standing(row, now)
            changes.append((stands.rank, adapt(stands.turns_at), row.ticket_id, row.rank, adapt(row.due_at)))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_UPDATE, changes)
    return len(rows)


_READ = ("ticket_id", "rank", "due_at", "span", "state", "service__weight", "service__guarded")


def _standing(row: QueuePlace, now: datetime) -> ranks.Standing:
    assert row.due_at is not None
    service = row.service
    return ranks.standing(
        row.state, due_at=row.due_at, span=timedelta(seconds=row.span), now=now,
        weight=service.weight if service else 1, guarded=bool(service and service.guarded),
    )  # fmt: skip
