"""A stranger who answers a letter about somebody else's ticket: told to its steward, and let into nothing."""

from __future__ import annotations

from datetime import datetime

from firstline.commands.mail import parts
from firstline.commands.mail.referring import Reference
from firstline.commands.turn import allowed
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket

# A mail may name a hundred; one that names more than these is not read with care by anybody.
MOST = 3


def tell_stewards(person: Person, made: Ticket, referred: list[Reference], *, now: datetime) -> None:
    """Say on every ticket that a mail refers to that its sender, who has no part in it, was given one of their own."""
    for reference in referred[:MOST]:
        ticket = reference.ticket
        if ticket.pk != made.pk and not parts.has_part(person, ticket):
            turn = allowed(ticket.pk, by_id=None, now=now)
            turn.tell("stranger wrote", {"ticket": made.pk, "person": person.pk})
