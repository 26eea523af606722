"""The requester's list of requests: which are shown, and in what order."""

from __future__ import annotations

from django.db.models import QuerySet

from firstline.core.people.rights import Scope
from firstline.core.tickets import queries
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State

OPEN, DONE, ORGANISATION = "open", "done", "organisation"


def chosen(wanted: str, scope: Scope) -> str:
    """Return which list is shown: the one wanted if it is there for this person, else the open ones."""
    there = {OPEN, DONE} | ({ORGANISATION} if scope.organisations else set())
    return wanted if wanted in there else OPEN


def rows(shown: str, scope: Scope) -> QuerySet[Ticket]:
    """Return the requests of a list with what a row needs, latest first."""
    if shown == ORGANISATION:
        tickets = Ticket.objects.filter(organisation_id__in=scope.organisations)
    else:
        mine = queries.asked_by(scope.person_id or 0)
        closed = mine.filter(state=State.CLOSED)
        tickets = closed if shown == DONE else mine.exclude(state=State.CLOSED)
    return tickets.select_related("service", "team", "requester").order_by("-latest_at", "-pk")
