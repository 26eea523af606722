"""Counting what is refused before it is kept: over a limit, or from nobody known. Nothing of it is stored."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from firstline.core.intake.models import Count

# Why, in words of the desk's own: they are stored, and shown as an administrator reads them.
TOO_LARGE, TOO_OFTEN, NOT_KNOWN = "too large", "too often", "not known"


@transaction.atomic
def turn_away(*, channel: str, why: str, now: datetime) -> None:
    """Count one arrival on `channel` that was refused unread; twice at once are two."""
    row, _made = Count.objects.get_or_create(channel=channel, on=now.date(), why=why)
    Count.objects.filter(pk=row.pk).update(refused=F("refused") + 1)
