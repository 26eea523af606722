"""The major incident a ticket is, or is a part of, as its page shows it; and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language

from firstline.core.incidents import queries
from firstline.core.incidents.queries import Running
from firstline.core.kernel.texts import pick
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import WORKABLE

OF_PARENT = frozenset({"status", "solution", "commander", "adoption", "release", "end-of-major"})


@dataclass(frozen=True)
class Shown:
    """A running major incident on the page of its ticket (`parent`), or of one of its parts."""

    running: Running
    headline: str
    status: str
    parent: bool


def shown(ticket: Ticket) -> Shown | None:
    """Return the major incident that runs around a ticket; one statement if none does, else three."""
    major = queries.around(ticket.pk)
    if major is None:
        return None
    running = queries.with_status([major])[0]
    language = get_language() or "en"
    return Shown(running, queries.named(major, language), pick(running.status, language), major.ticket_id == ticket.pk)


def offered(ticket: Ticket, scope: Scope, around: Shown | None, may: frozenset[str]) -> frozenset[str]:
    """Return what may be done, given what may be done on the ticket as such.

    A major incident is solved with its parts; a part is no major incident itself.
    """
    if around is None:
        return may | {"major"} if "hand-over" in may or "resolution" in may or "assignment" in may else may
    if not around.parent:
        return may
    commands = around.running.major.commander_id == scope.person_id and scope.works
    carries = scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id))
    if ticket.state not in WORKABLE or not (commands or carries):
        return may
    return (may - {"resolution"}) | OF_PARENT
