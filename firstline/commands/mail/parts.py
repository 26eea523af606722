"""What part somebody has in a ticket: asked of addresses, which anybody can write, so it is no proof."""

from __future__ import annotations

from firstline.core.people.models import Person
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries
from firstline.core.tickets.models import Ticket


def asks(person: Person, ticket: Ticket) -> bool:
    """Whether the person asked for the ticket, or follows it."""
    return queries.asked_by(person.pk).filter(pk=ticket.pk).exists()


def works_on(person: Person, ticket: Ticket) -> bool:
    """Whether the person may answer in the ticket as one who helps."""
    scope = scope_of(person.pk)
    return scope.works and scope.works_on(ticket.desk_id, queries.involved_teams(ticket))


def has_part(person: Person, ticket: Ticket) -> bool:
    """Whether the person asked for the ticket, follows it, or works on it."""
    return asks(person, ticket) or works_on(person, ticket)
