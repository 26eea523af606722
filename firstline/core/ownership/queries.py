"""Who carries a ticket, who is offered it, and what others are asked to do on it."""

from __future__ import annotations

from django.db.models import QuerySet

from firstline.core.ownership.models import Holding, Task


def current(ticket_id: int) -> Holding | None:
    """Return the accepted holding that has not ended, if the ticket was taken."""
    return Holding.objects.filter(ticket_id=ticket_id, accepted_at__isnull=False, ended_at=None).first()


def offer(ticket_id: int) -> Holding | None:
    """Return the offer that nobody has accepted or declined yet, if there is one."""
    return Holding.objects.filter(ticket_id=ticket_id, accepted_at=None, ended_at=None).first()


def history(ticket_id: int) -> QuerySet[Holding]:
    """Return all holdings of a ticket, first offered first, with teams, persons and reasons."""
    rows = Holding.objects.filter(ticket_id=ticket_id).select_related("team", "person", "offered_by", "why", "findings")
    return rows.order_by("offered_at", "id")


def tasks(ticket_id: int) -> QuerySet[Task]:
    """Return all tasks of a ticket, first asked first, with teams, persons and texts."""
    rows = Task.objects.filter(ticket_id=ticket_id).select_related(
        "team", "asked_by", "finished_by", "what", "result", "asked_by_team"
    )
    return rows.order_by("asked_at", "id")
