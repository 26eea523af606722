"""Which version of an instruction a ticket follows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Value, When

from firstline.core.instructions.models import Tick
from firstline.core.services.models import InstructionVersion
from firstline.core.tickets.models import Ticket


def followed(ticket: Ticket, now: datetime) -> InstructionVersion | None:
    """Return the version whose steps the ticket follows, or None where its service has none; one statement.

    The one of which a step is ticked; else the newest there was when somebody first took the ticket, so that an
    edited instruction does not change under those who work; else the newest.
    """
    if ticket.service_id is None:
        return None
    ticked = Tick.objects.filter(ticket=ticket, instruction=OuterRef("pk"), unticked_at=None)
    place = Case(
        When(Exists(ticked), then=Value(0)),
        When(made_at__lte=ticket.taken_at or now, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    versions = InstructionVersion.objects.filter(service_id=ticket.service_id).annotate(place=place)
    return versions.order_by("place", "-version").first()
