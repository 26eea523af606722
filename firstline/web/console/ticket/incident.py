"""The major incident a ticket is, or is a part of, as its page shows it; and what may be done about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import get_language

from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.incidents.queries import Running
from firstline.core.kernel.texts import pick
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import visible_to
from firstline.core.tickets.states import WORKABLE

OF_PARENT = frozenset({"status", "solution", "commander", "adoption", "release", "end-of-major"})


@dataclass(frozen=True)
class Shown:
    """A running major incident on the page of its ticket (`parent`), of one of its parts, or in a list.

    reached   whether whoever reads it may open its ticket: who has a part only reads how it stands
    """

    running: Running
    headline: str
    status: str
    reached: bool
    parent: bool = False


def listed(majors: Iterable[MajorIncident], scope: Scope) -> list[Shown]:
    """Return major incidents as who reads them sees them, in the same order; three statements."""
    running = queries.with_status(majors)
    theirs = visible_to(scope).filter(pk__in=[each.major.ticket_id for each in running])
    reached = frozenset(theirs.values_list("pk", flat=True)) if running else frozenset()
    language = get_language() or "en"
    return [
        Shown(each, queries.named(each.major, language), pick(each.status, language), each.major.ticket_id in reached)
        for each in running
    ]


def shown(ticket: Ticket, scope: Scope) -> Shown | None:
    """Return the major incident that runs around a ticket; one statement if none does, else four."""
    major = queries.around(ticket.pk)
    return replace(listed([major], scope)[0], parent=major.ticket_id == ticket.pk) if major else None


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
