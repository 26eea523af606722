"""Who carries a ticket, who is offered it, and what others are asked to do on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.ownership.models import Holding, Task
from firstline.core.tickets.models import Ticket

# Written out, for every taking and handing over asks it.
_PRESENT = Prepared(f"""
SELECT {rows.columns(Holding, "holding")} FROM ownership_holding holding
WHERE holding.ticket_id = %s AND holding.ended_at IS NULL ORDER BY holding.id
""")
_HELD = Holding.objects.filter(ticket=OuterRef("pk"), team=OuterRef("team"), ended_at=None)
_ASKED = Task.objects.filter(ticket=OuterRef("pk"), finished_at=None, withdrawn_at=None).order_by("-asked_at", "-pk")
# What a line in a list asks of its ticket to say where it stopped: since when its team has had it (from the offer where
# that was its registration), and whose task it waits for.
STOPPED: dict[str, Any] = {
    "had_since": Case(
        When(hand_overs=0, then=Subquery(_HELD.values("offered_at")[:1])),
        default=Subquery(_HELD.values_list(Coalesce("accepted_at", "offered_at"))[:1]),
    ),
    "asked_team": Subquery(_ASKED.values("team__name")[:1]),
}


def where_stopped(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Return tickets that know what STOPPED asks."""
    return tickets.annotate(**STOPPED)


def current(ticket_id: int) -> Holding | None:
    """Return the accepted holding that has not ended, if the ticket was taken."""
    return next((each for each in present(ticket_id) if each.accepted_at), None)


def offer(ticket_id: int) -> Holding | None:
    """Return the offer that nobody has accepted or declined yet, if there is one."""
    return next((each for each in present(ticket_id) if not each.accepted_at), None)


def present(ticket_id: int) -> list[Holding]:
    """Return the holdings of a ticket that have not ended, accepted or offered, the oldest first."""
    return [holding for (holding,) in rows.read([Holding], _PRESENT, [ticket_id])]


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
