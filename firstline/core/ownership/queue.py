"""Reading the queue: each team's or desk's part in its own order, merged; a constant number of statements.

Every part is served by an index that already has the order, and gives one page at most. They are merged
here, never OR-ed: an OR over all open tickets reads all of them (docs/adr/0007-ownership.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from firstline.core.compiled import Fixed, compiled, filled, made
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Person
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket

PAGE = 50
MOST_COUNTED = 999
VIEWS = ("all", "mine", "unclaimed", "answering", "offered", "tasks")

Part = QueuePlace.Part
_NAMES = ("organisation", "service", "team", "offered_to")
_DUE = "due_in_queue"
# What annotates the tickets of a page.
Beside = Callable[["QuerySet[Ticket]"], "QuerySet[Ticket]"]
# The columns a line on screen shows; whoever reads no others need not have them fetched.
LINE = (
    "desk_id", "kind", "state", "channel", "priority", "subject", "registered_at", "waiting_since", "planned_until",
    "resolved_at", "closed_at", "latest_at", "organisation__name", "organisation__vip", "service__name", "team__name",
    "team__line", "offered_to__name",
)  # fmt: skip
# Whom a line names, and what it shows of them.
_PEOPLE = {
    "requester": ("name", "vip"), "assignee": ("name",), "steward": ("name",), "latest_by": ("name",),
}  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """What of the queue is wanted; what is None is not asked about."""

    view: str = "all"
    state: str | None = None
    priority: int | None = None
    service_id: int | None = None
    organisation_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    steward_id: int | None = None
    requester_id: int | None = None
    # Row ids, at least one; None asks of all.
    among: Sequence[int] | None = None


class Place(NamedTuple):
    """Where a ticket stands in the order of the queue, and its nearest deadline."""

    rank: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in the queue, with everything its line shows, and why it is there."""

    ticket: Ticket
    place: Place
    part: str


@dataclass(frozen=True)
class Page:
    """One page of the queue; `after` is the cursor of the next one, or "" at the end."""

    rows: list[Row]
    after: str


def page(
    scope: Scope, wanted: Filter, *, after: str = "", size: int = PAGE, columns: Sequence[str] = (),
    beside: Beside | None = None,
) -> Page:  # fmt: skip
    """Return one page of what this person may see, most urgent first; two statements.

    after    cursor of the page before, "" for the first; one that cannot be read counts as ""
    columns  of the tickets, such as LINE; all if none are named
    beside   what else is asked of each ticket
    """
    shown, last = order(scope, wanted, after=after, size=size)
    tickets = _with_names([ticket_id for _rank, ticket_id, _part in shown], columns, beside)
    rows = [Row(tickets[pk], Place(rank, due_at(tickets[pk])), part) for rank, pk, part in shown if pk in tickets]
    return Page(rows, last)


def order(scope: Scope, wanted: Filter, *, after: str = "", size: int = PAGE) -> tuple[list[tuple[int, int, str]], str]:
    """Return (rank, ticket id, part) of one page, and the cursor of the next one or ""; one statement."""
    rank, _, ticket = after.partition("-")
    start = (int(rank), int(ticket)) if rank.isdigit() and ticket.isdigit() else None
    found = _each_once(_ordered(scope, wanted, start, Fixed(size + 1)), size + 1)
    shown = found[:size]
    return shown, f"{shown[-1][0]}-{shown[-1][1]}" if len(found) > size else ""


def counts(
    scope: Scope, views: Sequence[str] = VIEWS, beside: Mapping[str, Callable[[Scope], QuerySet[Any]]] | None = None
) -> dict[str, int]:
    """Return how many places each view holds, counted up to MOST_COUNTED; one statement.

    beside   what else of this person's is counted with them, by name
    """
    [row] = _counted(scope, tuple(views), tuple((beside or {}).items()))
    return dict(zip([*views, *(beside or {})], row, strict=True))


def present(scope: Scope, wanted: Filter, column: str) -> list[int]:
    """Return which values of `column` (service_id, organisation_id, ...) a view holds; one statement."""
    parts = [part.order_by().exclude(**{column: None}).values_list(column).distinct() for part in _parts(scope, wanted)]
    if not parts:
        return []
    sql, values = _union(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT * FROM ({sql}) merged", values)
        return [row[0] for row in cursor.fetchall()]


def places_of(ticket_ids: Sequence[int]) -> dict[int, Place]:
    """Return the place of each of these tickets that is in a queue; one statement."""
    carried = QueuePlace.objects.filter(part=Part.CARRIES, ticket_id__in=ticket_ids, due_at__isnull=False)
    return {pk: Place(rank, due) for pk, rank, due in carried.values_list("ticket_id", "rank", "due_at") if due}


def due_at(ticket: Ticket) -> datetime:
    """Return the nearest deadline of a ticket that came with its place."""
    due: datetime | None = getattr(ticket, _DUE, None)
    return due or ticket.registered_at


def _parts(scope: Scope, wanted: Filter) -> list[QuerySet[QueuePlace]]:
    places = QueuePlace.objects.all()
    carried = places.filter(part=Part.CARRIES)
    if wanted.view == "mine":
        return [carried.filter(assignee_id=scope.person_id)]
    if wanted.view == "answering":
        return [carried.filter(steward_id=scope.person_id)]
    if wanted.view == "unclaimed":
        return [carried.filter(team_id=team, assignee=None) for team in sorted(scope.teams)]
    if wanted.view in ("offered", "tasks"):
        part = Part.OFFERED if wanted.view == "offered" else Part.TASK
        return [places.filter(team_id=team, part=part) for team in sorted(scope.teams)]
    if wanted.team_id and scope.sees_all:
        return [carried.filter(team_id=wanted.team_id)]
    if scope.sees_all:
        return [carried]
    desks = scope.desks_fronted | scope.desks_managed | scope.desks_audited
    others = sorted(scope.teams - scope.front_teams)
    return [carried.filter(desk_id=desk) for desk in sorted(desks)] + [places.filter(team_id=team) for team in others]


@compiled
def _ordered(scope: Scope, wanted: Filter, start: tuple[int, int] | None, size: Fixed) -> tuple[str, list[Any]]:
    return _first_of([_within(part, wanted, start) for part in _parts(scope, wanted)], size)


@compiled
def _counted(
    scope: Scope, views: Sequence[str], beside: Sequence[tuple[str, Callable[[Scope], QuerySet[Any]]]]
) -> tuple[str, list[Any]]:
    counted = [_count_of(view, _parts(scope, Filter(view=view))) for view in views]
    for name, rows in beside:
        try:
            sql, given = rows(scope).order_by().values_list("pk").query.sql_with_params()
            counted.append((f"SELECT COUNT(*) FROM ({sql}) counted_{name}", given))
        except EmptyResultSet:
            counted.append(("SELECT 0", ()))
    selects = ", ".join(f"({select})" for select, _given in counted)
    return f"SELECT {selects}", [value for _select, given in counted for value in given]


def _count_of(view: str, parts: Sequence[QuerySet[QueuePlace]]) -> tuple[str, Sequence[Any]]:
    if not parts:
        return "SELECT 0", ()
    sql, given = _union([part.order_by().values_list("ticket_id")[: MOST_COUNTED + 1] for part in parts])
    return f"SELECT COUNT(*) FROM ({sql}) counted_{view}", given


def _within(part: QuerySet[QueuePlace], wanted: Filter, start: tuple[int, int] | None) -> QuerySet[QueuePlace]:
    equal = {
        "state": wanted.state,
        "priority": wanted.priority,
        "service_id": wanted.service_id,
        "organisation_id": wanted.organisation_id,
        "team_id": wanted.team_id,
        "assignee_id": wanted.assignee_id,
        "steward_id": wanted.steward_id,
        "ticket__requester_id": wanted.requester_id,
        "ticket_id__in": wanted.among,
    }
    part = part.filter(**{name: value for name, value in equal.items() if value is not None})
    if start:
        rank, ticket = start
        # The first bound alone is what an index can be entered by; the second makes it exact.
        part = part.filter(rank__gte=rank).filter(Q(rank__gt=rank) | Q(ticket_id__gt=ticket))
    return part


def _first_of(parts: Sequence[QuerySet[QueuePlace]], size: int) -> tuple[str, list[Any]]:
    """Return the statement that gives more than `size` lines of all parts, first come first."""
    if not parts:
        raise EmptyResultSet
    # A ticket stands at most once for each part a team can have in it; twice the page leaves room for doubles.
    room = size if len(parts) == 1 else size * 2
    ordered = [part.order_by("rank", "ticket_id").values_list("rank", "ticket_id", "part")[:room] for part in parts]
    sql, values = _union(ordered)
    return f"SELECT * FROM ({sql}) merged ORDER BY 1, 2, 3 LIMIT {room * 2}", values


def _each_once(found: Sequence[tuple[int, int, str]], size: int) -> list[tuple[int, int, str]]:
    seen: dict[int, tuple[int, int, str]] = {}
    for rank, ticket_id, part in found:
        seen.setdefault(ticket_id, (rank, ticket_id, part))
    return list(seen.values())[:size]


def _union(querysets: Sequence[QuerySet[QueuePlace, tuple[object, ...]]]) -> tuple[str, list[Any]]:
    """Return one UNION ALL of limited selects; SQLite takes a LIMIT inside only when each is a subquery."""
    selects: list[str] = []
    values: list[Any] = []
    for number, queryset in enumerate(querysets):
        sql, given = queryset.query.sql_with_params()
        selects.append(f"SELECT * FROM ({sql}) part_{number}")
        values += given
    return " UNION ALL ".join(selects), values


def _with_names(ids: Sequence[int], columns: Sequence[str], beside: Beside | None) -> dict[int, Ticket]:
    if not ids:
        return {}
    if not columns:
        return {ticket.pk: ticket for ticket in _whole(filled(ids), beside)}
    known: dict[tuple[int, tuple[str, ...]], Person] = {}
    return {ticket.pk: _peopled(ticket, known) for ticket in _lined(filled(ids), tuple(columns), beside)}


@compiled
def _whole(ids: Sequence[int], beside: Beside | None) -> QuerySet[Ticket]:
    rows = _due(Ticket.objects.filter(pk__in=ids).select_related(*_NAMES, *_PEOPLE))
    return beside(rows) if beside else rows


@compiled
def _lined(ids: Sequence[int], columns: Sequence[str], beside: Beside | None) -> QuerySet[Ticket]:
    """Return tickets with these columns and the names of people, each looked up by its id.

    Joined, people and places would be read from end to end for fifty lines, as soon as there are so many of them that
    the planner thinks it cheaper: a page would cost more in a larger desk.
    """
    named: dict[str, Any] = {
        f"{name}_{column}": Subquery(Person.objects.filter(pk=OuterRef(f"{name}_id")).values(column))
        for name, shown in _PEOPLE.items()
        for column in shown
    }
    rows = _due(Ticket.objects.filter(pk__in=ids).select_related(*_NAMES)).annotate(**named)
    return (beside(rows) if beside else rows).only(*columns, *(f"{name}_id" for name in _PEOPLE))


def _due(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    carried = QueuePlace.objects.filter(ticket=OuterRef("pk"), part=Part.CARRIES)
    due: dict[str, Any] = {_DUE: Subquery(carried.values("due_at"))}
    return tickets.annotate(**due)


def _peopled(ticket: Ticket, known: dict[tuple[int, tuple[str, ...]], Person]) -> Ticket:
    """Return the ticket knowing its people; `known` are those made for the lines before."""
    told = vars(ticket)
    for name, columns in _PEOPLE.items():
        pk, person = told[f"{name}_id"], None
        values = [told.pop(f"{name}_{column}") for column in columns]
        if pk is not None and (person := known.get((pk, columns))) is None:
            person = known[pk, columns] = made(Person, [("id", pk), *zip(columns, values, strict=True)])
        ticket._state.fields_cache[name] = person
    return ticket
