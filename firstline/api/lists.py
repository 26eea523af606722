"""Lists of tickets: filters, two orders, and pages that begin where the last one ended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from django.db.models import QuerySet
from pydantic import BaseModel, Field

from firstline.api.callers import Caller
from firstline.api.inputs import Id, Name
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.ownership import queue
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import saying, visible_to
from firstline.core.tickets.states import State

RELATED = ("requester", "organisation", "service", "team", "assignee", "steward_team", "steward")


class Filters(BaseModel):
    """What is asked of a list. Ids narrow it; whatever they are, nothing beyond the caller's reach is shown."""

    state: State | None = None
    team: Id | None = None
    assignee: Id | None = None
    steward: Id | None = None
    organisation: Id | None = None
    requester: Id | None = None
    q: Name = Field("", description="a ticket number, or words that were said")
    order: Literal["newest", "deadline"] = Field(
        "newest", description="deadline: the queue of those who work, open tickets only"
    )
    after: str = Field("", pattern=r"^([0-9]{1,18}(-[0-9]{1,18})?)?$", description="`next` of the page before")
    limit: int = Field(50, ge=1, le=100)


def refuse_unknown(asked: Iterable[str]) -> None:
    """Raise BadInput for a name that is no filter: left out in silence, a mistyped one would show too much."""
    for name in asked:
        if name not in Filters.model_fields:
            raise BadInput(_("There is no such field here."), field=name)


def page(caller: Caller, filters: Filters) -> tuple[list[Ticket], str | None]:
    """Return the tickets of one page in order, and the cursor of the next page if there is one."""
    among = _found(caller, filters.q) if filters.q.strip() else None
    if among == []:
        return [], None
    return (_by_deadline if filters.order == "deadline" else _newest)(caller, filters, among)


def _newest(caller: Caller, filters: Filters, among: list[int] | None) -> tuple[list[Ticket], str | None]:
    """Last registered first: row ids grow with registration, so that the primary key serves the order."""
    rows = visible_to(caller.scope).filter(**_columns(filters))
    if among is not None:
        rows = rows.filter(pk__in=among)
    if filters.after:
        rows = rows.filter(pk__lt=int(filters.after.rpartition("-")[2]))
    ids = list(rows.order_by("-pk").values_list("pk", flat=True)[: filters.limit + 1])
    shown = ids[: filters.limit]
    # Read by id: sorting and making distinct is over ids alone, never over whole rows.
    tickets = _named().filter(pk__in=shown).order_by("-pk")
    return list(tickets), str(shown[-1]) if len(ids) > filters.limit else None


def _by_deadline(caller: Caller, filters: Filters, among: list[int] | None) -> tuple[list[Ticket], str | None]:
    wanted = queue.Filter(**_columns(filters), among=among)
    shown, after = queue.order(caller.scope, wanted, after=filters.after, size=filters.limit)
    tickets = _named().in_bulk([ticket_id for _rank, ticket_id, _part in shown])
    return [tickets[ticket_id] for _rank, ticket_id, _part in shown if ticket_id in tickets], after or None


def _named() -> QuerySet[Ticket]:
    return Ticket.objects.select_related(*RELATED)


def _columns(filters: Filters) -> dict[str, Any]:
    given = {
        "state": filters.state,
        "team_id": filters.team,
        "assignee_id": filters.assignee,
        "steward_id": filters.steward,
        "organisation_id": filters.organisation,
        "requester_id": filters.requester,
    }
    return {column: value for column, value in given.items() if value is not None}


def _found(caller: Caller, asked: str) -> list[int]:
    """Return the one ticket that a number names, or those in which all words were said."""
    try:
        return [row_of(asked)]
    except BadNumber:
        return saying(caller.scope, asked)
