"""What stands beside a ticket's story: who follows it, tags, links, the requester's addresses and other requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import CharField, F, IntegerField, QuerySet, Value

from firstline.core.kernel.identifiers import number_of
from firstline.core.people.models import ContactPoint
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Link, Participant, Tagging, Ticket
from firstline.core.tickets.queries import visible_to

LATEST = 5


class Row(NamedTuple):
    """One thing beside a ticket: its id, what it is called, what kind it is of, since when.

    row     the row's id; for `other` see below
    more    a participant's part, a contact point's kind, a link's kind, another ticket's state
    other   the person of a participant, the ticket a link leads to
    """

    sort: str
    row: int
    words: str
    more: str
    other: int
    at: datetime

    @property
    def number(self) -> int:
        """The number of the ticket that a link leads to, or that the row is."""
        return number_of(self.other or self.row)


@dataclass(frozen=True)
class Beside:
    """Everything that stands beside one ticket."""

    participants: Sequence[Row]
    tags: Sequence[Row]
    links: Sequence[Row]
    links_here: Sequence[Row]
    absorbed: Sequence[Row]
    contacts: Sequence[Row]
    latest: Sequence[Row]


def beside(ticket: Ticket, scope: Scope) -> Beside:
    """Return what stands beside the ticket, as far as this person may read it; one statement."""
    seen = visible_to(scope).values("pk")
    parts = {
        "participants": _as(
            Participant.objects.filter(ticket=ticket, ended_at=None), "person__name", "part", "person_id", "added_at"
        ),
        "tags": _as(Tagging.objects.filter(ticket=ticket, ended_at=None), "tag__name", None, "tag_id", "tagged_at"),
        "links": _as(
            Link.objects.filter(ticket=ticket, ended_at=None, other__in=seen), "other__subject", "kind", "other_id",
            "linked_at",
        ),
        "links_here": _as(
            Link.objects.filter(other=ticket, ended_at=None, ticket__in=seen), "ticket__subject", "kind", "ticket_id",
            "linked_at",
        ),
        "absorbed": _as(Ticket.objects.filter(merged_into=ticket, pk__in=seen), "subject", "state", None, "closed_at"),
        "contacts": _as(
            ContactPoint.objects.filter(person_id=ticket.requester_id, ended_at=None), "value", "kind", None, "added_at"
        ),
        "latest": _as(_latest(ticket, scope), "subject", "state", None, "registered_at"),
    }  # fmt: skip
    arms = [rows.annotate(sort=Value(sort, output_field=CharField())) for sort, rows in parts.items()]
    columns = ("sort", "pk", "words", "more_", "other_", "at_")
    first, *rest = (arm.values_list(*columns) for arm in arms)
    found = [Row(*values) for values in first.union(*rest, all=True)]
    sorted_rows = sorted(found, key=lambda row: (row.at, row.row))
    grouped = {sort: [row for row in sorted_rows if row.sort == sort] for sort in parts}
    return Beside(**{**grouped, "latest": grouped["latest"][::-1]})


def _as(rows: QuerySet[Any], words: str, more: str | None, other: str | None, at: str) -> QuerySet[Any]:
    shaped: QuerySet[Any] = rows.order_by().annotate(
        words=F(words),
        more_=F(more) if more else Value("", output_field=CharField()),
        other_=F(other) if other else Value(0, output_field=IntegerField()),
        at_=F(at),
    )
    return shaped


def _latest(ticket: Ticket, scope: Scope) -> QuerySet[Ticket]:
    newest = visible_to(scope).filter(requester_id=ticket.requester_id).exclude(pk=ticket.pk).order_by("-pk")
    return Ticket.objects.filter(pk__in=newest.values("pk")[:LATEST])
