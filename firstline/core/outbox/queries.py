"""What is owed, leased and parked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from firstline.core.outbox.models import Job, Letter


def is_anything_due(now: datetime) -> bool:
    """Whether a worker that looks now would find a job to claim."""
    return Job.objects.filter(state=Job.State.WAITING, run_at__lte=now).exists()


def due_since(now: datetime) -> datetime | None:
    """Return since when the longest due job waits for a worker, if one is due."""
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=now)
    return due.order_by("run_at").values_list("run_at", flat=True).first()


def holds_leases(worker: str) -> bool:
    """Whether the worker is in the middle of something."""
    return Job.objects.filter(state=Job.State.LEASED, worker=worker).exists()


def parked() -> QuerySet[Job]:
    """Return the jobs that wait for a human, first parked first."""
    return Job.objects.filter(state=Job.State.PARKED).order_by("id")


def letters_of(ticket_id: int) -> QuerySet[Letter]:
    """Return the notices about a ticket, first queued first."""
    return Letter.objects.filter(ticket_id=ticket_id).order_by("id")


# `standing_of` in SQL, for statements that read letters `l` beside other things.
STANDING = """CASE WHEN l.withdrawn_at IS NOT NULL THEN 'withdrawn' WHEN l.refused_at IS NOT NULL THEN 'refused'
        WHEN l.bounced_at IS NOT NULL THEN 'bounced' WHEN l.sent_at IS NOT NULL THEN 'sent'
        WHEN l.attempts > 0 THEN 'delayed' ELSE 'queued' END"""


def letters_about(entry_ids: Iterable[int]) -> dict[int, list[Letter]]:
    """Return the letters about journal entries, by entry, first queued first, with their readers; one statement."""
    found: dict[int, list[Letter]] = {}
    letters = Letter.objects.filter(entry_id__in=list(entry_ids)).select_related("person").order_by("id")
    for letter in letters:
        found.setdefault(letter.entry_id or 0, []).append(letter)
    return found


def standing_of(letter: Letter) -> str:
    """Return what became of a letter so far: queued, delayed, sent, bounced, refused or withdrawn."""
    if letter.withdrawn_at:
        return "withdrawn"
    if letter.refused_at:
        return "refused"
    if letter.bounced_at:
        return "bounced"
    if letter.sent_at:
        return "sent"
    return "delayed" if letter.attempts else "queued"


def late_letters() -> QuerySet[Letter]:
    """Return the letters that were tried and have neither left nor been refused, first queued first."""
    return Letter.objects.filter(sent_at=None, refused_at=None, withdrawn_at=None, attempts__gt=0).order_by("id")


def owed_since(now: datetime) -> datetime | None:
    """Return since when the longest due job waits for a worker, if any does; None also when none is late."""
    due = Job.objects.filter(state=Job.State.WAITING, run_at__lte=now).order_by("run_at", "id")
    return due.values_list("run_at", flat=True).first()
