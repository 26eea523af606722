"""Lists of tickets: filters, two orders, and pages that begin where the last one ended."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Q, QuerySet
from pydantic import BaseModel, Field

from firstline.api.callers import Caller
from firstline.api.inputs import Id, Text
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.ownership.models import QueuePlace
from firstline.core.ownership.queries import places_of
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import asked_by, visible_to
from firstline.core.tickets.states import State

WORDS_LIMIT = 6
_AFTER = re.compile(r"(\d{1,18})\.(\d{1,18})")


class Filters(BaseModel):
    """What is asked of a list. Ids narrow it; whatever they are, nothing beyond the caller's reach is shown."""

    state: State | None = None
    team: Id | None = None
    assignee: Id | None = None
    steward: Id | None = None
    organisation: Id | None = None
    requester: Id | None = None
    q: Text = Field("", max_length=200, description="a ticket number, or words of the subject")
    order: Literal["newest", "deadline"] = Field("newest", description="deadline lists open tickets only")
    after: str = Field("", max_length=40, description="`next` of the page before")
    limit: int = Field(50, ge=1, le=100)


@dataclass(frozen=True)
class Place:
    """Where a ticket stands in an order: what it is sorted by, and its row id."""

    rank: int
    ticket_id: int

    @property
    def cursor(self) -> str:
        return f"{self.rank}.{self.ticket_id}"


def page(caller: Caller, filters: Filters) -> tuple[list[int], str | None]:
    """Return the row ids of one page in order, and the cursor of the next page if there is one."""
    after = _read(filters.after)
    found = _by_deadline(caller, filters, after) if filters.order == "deadline" else _newest(caller, filters, after)
    shown = found[: filters.limit]
    return [place.ticket_id for place in shown], shown[-1].cursor if len(found) > filters.limit else None


def _newest(caller: Caller, filters: Filters, after: Place | None) -> list[Place]:
    """Last registered first: row ids grow with registration, so that the primary key serves the order."""
    rows = visible_to(caller.scope).filter(_words(filters.q), **_columns(filters))
    if after:
        rows = rows.filter(pk__lt=after.ticket_id)
    ids = rows.order_by("-pk").values_list("pk", flat=True)[: filters.limit + 1]
    return [Place(0, pk) for pk in ids]


def _by_deadline(caller: Caller, filters: Filters, after: Place | None) -> list[Place]:
    """Merge the best of each part of the queue the caller reads; each is served by its own index."""
    requests = QueuePlace.objects.filter(part=QueuePlace.Part.CARRIES, ticket__in=asked_by(caller.person.pk))
    parts = [_best(part, filters, after) for part in [*places_of(caller.scope), requests]]
    merged: dict[int, Place] = {}
    for rank, ticket_id in heapq.merge(*parts):
        merged.setdefault(ticket_id, Place(rank, ticket_id))
    return list(merged.values())[: filters.limit + 1]


def _best(part: QuerySet[QueuePlace], filters: Filters, after: Place | None) -> list[tuple[int, int]]:
    columns = _columns(filters)
    requester = columns.pop("requester_id", None)
    team = columns.pop("team_id", None)
    rows = part.filter(_words(filters.q, "ticket__"), **columns)
    if requester:
        rows = rows.filter(ticket__requester_id=requester)
    if team:
        rows = rows.filter(ticket__team_id=team)
    if after:
        rows = rows.filter(Q(rank=after.rank, ticket_id__gt=after.ticket_id) | Q(rank__gt=after.rank))
    # A ticket may stand in one team's queue in several parts: carried, answered for, asked about.
    return list(rows.order_by("rank", "ticket_id").values_list("rank", "ticket_id")[: 2 * filters.limit + 2])


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


def _words(asked: str, prefix: str = "") -> Q:
    """Return what finds a ticket by its number, or by every word in its subject."""
    words = asked.split()[:WORDS_LIMIT]
    if not words:
        return Q()
    every = Q()
    for word in words:
        every &= Q(**{f"{prefix}subject__icontains": word})
    try:
        return every | Q(**{f"{prefix}pk": row_of(asked)})
    except BadNumber:
        return every


def _read(cursor: str) -> Place | None:
    if not cursor:
        return None
    match = _AFTER.fullmatch(cursor)
    if match is None:
        raise BadInput(_("This is not where a page ended; send `next` of the page before."), field="after")
    return Place(int(match[1]), int(match[2]))


def in_order(rows: Iterable[Ticket], ids: list[int]) -> list[Ticket]:
    """Return `rows` in the order of `ids`."""
    by_id = {row.pk: row for row in rows}
    return [by_id[pk] for pk in ids if pk in by_id]
