"""Which major incidents run, what was last told of them, how many they hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Value

from firstline.core.incidents.models import Burst, MajorIncident, Status
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Person
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import DONE


@dataclass(frozen=True)
class Running:
    """A major incident that runs, with its newest status by language and how many tickets are its children.

    open   how many of them are not solved
    """

    major: MajorIncident
    status: dict[str, str]
    children: int
    open: int


def running() -> QuerySet[MajorIncident]:
    """Return the major incidents that run, first begun first, with ticket, service and commander."""
    majors = MajorIncident.objects.filter(ended_at=None)
    return majors.select_related("ticket__service", "commander", "organisation", "desk").order_by("began_at", "pk")


def running_at(scope: Scope) -> QuerySet[MajorIncident]:
    """Return those that run at the desks whose tickets this person reads whole, or whose commander they are."""
    if scope.sees_all:
        return running()
    desks = scope.desks_fronted | scope.desks_managed | scope.desks_audited | scope.desks_worked
    return running().filter(Q(desk_id__in=desks) | Q(commander_id=scope.person_id))


def told_to(person: Person | None) -> QuerySet[MajorIncident]:
    """Return those that run and may be told to this person, or to anybody where it is None; only of public services."""
    theirs = Q(organisation=None)
    if person is not None and person.organisation_id:
        theirs |= Q(organisation_id=person.organisation_id)
    shown = Q(ticket__service=None) | Q(ticket__service__public=True)
    return running().filter(theirs, shown).exclude(ticket__state__in=DONE)


def of_ticket(ticket_id: int) -> MajorIncident | None:
    """Return the newest major incident a ticket was declared, running or ended."""
    majors = MajorIncident.objects.filter(ticket_id=ticket_id).select_related("commander", "organisation")
    return majors.order_by("-pk").first()


def parent_of(ticket_id: int) -> MajorIncident | None:
    """Return the newest major incident whose child the ticket is, running or ended."""
    parents = Link.objects.filter(ticket_id=ticket_id, kind=Link.Kind.CHILD_OF, ended_at=None).values("other_id")
    majors = MajorIncident.objects.filter(ticket_id__in=parents).select_related("ticket__service", "commander")
    return majors.order_by("-pk").first()


def children(ticket_id: int) -> QuerySet[Ticket]:
    """Return the children of a ticket, lowest row first."""
    linked = Link.objects.filter(other_id=ticket_id, kind=Link.Kind.CHILD_OF, ended_at=None)
    return Ticket.objects.filter(pk__in=linked.values("ticket_id")).order_by("pk")


def joined_by(person_id: int, major: MajorIncident) -> Ticket | None:
    """Return the ticket by which a person is part of a major incident already: a child, or the parent itself."""
    if major.ticket.requester_id == person_id:
        return major.ticket
    return children(major.ticket_id).filter(requester_id=person_id).exclude(state__in=DONE).first()


def with_status(majors: Iterable[MajorIncident]) -> list[Running]:
    """Return major incidents with their newest status and their children counted; two statements for all of them."""
    rows = list(majors)
    told = newest_status([major.pk for major in rows])
    counted = _counted([major.ticket_id for major in rows])
    return [Running(major, told.get(major.pk, {}), *counted.get(major.ticket_id, (0, 0))) for major in rows]


def newest_status(major_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return what was last told of each, by language; what was redacted is left out."""
    newest = Status.objects.filter(major_id__in=major_ids, number=F("major__told")).select_related("content")
    found: dict[int, dict[str, str]] = {}
    for row in newest:
        if row.content.text:
            found.setdefault(row.major_id, {})[row.language] = row.content.text
    return found


def text_of(major_id: int, number: int, language: str) -> str:
    """Return what was told under that number in this language, or in the nearest there is; "" if it was redacted."""
    rows = Status.objects.filter(major_id=major_id, number=number).select_related("content")
    return pick({row.language: row.content.text or "" for row in rows}, language)


def named(major: MajorIncident, language: str) -> str:
    """Return what is out, in words for those who are hit: the headline, or the service's name, or ""."""
    service = major.ticket.service
    return pick(major.headline, language) or (pick(service.name, language) if service else "")


def marks(ticket_ids: Sequence[int]) -> dict[int, str]:
    """Return which of these tickets is "major" itself, and which is "part" of one that runs; one statement."""
    runs = MajorIncident.objects.filter(ended_at=None)
    majors = runs.filter(ticket_id__in=ticket_ids).values_list("ticket_id", Value("major"))
    linked = Link.objects.filter(ticket_id__in=ticket_ids, kind=Link.Kind.CHILD_OF, ended_at=None)
    parts = linked.filter(other_id__in=runs.values("ticket_id")).values_list("ticket_id", Value("part"))
    return dict(sorted(majors.union(parts, all=True), key=lambda row: row[1], reverse=True))


def proposed(scope: Scope) -> QuerySet[Burst]:
    """Return the bursts nobody has decided on, at the desks of this person's first line or management."""
    bursts = Burst.objects.filter(decided_at=None).select_related("service", "category", "site", "desk")
    if not scope.administrator:
        bursts = bursts.filter(desk_id__in=scope.desks_fronted | scope.desks_managed)
    return bursts.order_by("-seen_at", "-pk")


def _counted(ticket_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many children each of these tickets has, and how many of those are not solved."""
    links = Link.objects.filter(other_id__in=ticket_ids, kind=Link.Kind.CHILD_OF, ended_at=None)
    counted = links.values("other_id").annotate(every=Count("pk"), still=Count("pk", filter=~Q(ticket__state__in=DONE)))
    return {row["other_id"]: (row["every"], row["still"]) for row in counted}
