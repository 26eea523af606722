"""Which major incidents run, what was last told of them, how many they hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from firstline.core.compiled import compiled
from firstline.core.incidents.bursts import LEAST, PASSED_BY_AFTER, WITHIN
from firstline.core.incidents.models import Burst, MajorIncident, Status
from firstline.core.kernel.identifiers import number_of
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Desk, Person
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import DONE

_RUN = MajorIncident.objects.filter(ended_at=None)
_PARENTS = Link.objects.filter(ticket=OuterRef("pk"), kind=Link.Kind.CHILD_OF, ended_at=None)
# What a line in a list asks of its ticket: whether it is a major incident that runs, or a part of one.
MARKS: dict[str, Exists] = {
    "is_major": Exists(_RUN.filter(ticket=OuterRef("pk"))),
    "is_part": Exists(_PARENTS.filter(other_id__in=_RUN.values("ticket_id"))),
}


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


def around(ticket_id: int) -> MajorIncident | None:
    """Return the major incident that runs and that a ticket is, or is a part of; one statement."""
    found: MajorIncident | None = _around.first(ticket_id)
    return found


@compiled
def _around(ticket_id: int) -> QuerySet[MajorIncident]:
    parents = Link.objects.filter(ticket_id=ticket_id, kind=Link.Kind.CHILD_OF, ended_at=None).values("other_id")
    return running().filter(Q(ticket_id=ticket_id) | Q(ticket_id__in=parents))[:1]


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


def joined_to(person_id: int, majors: Sequence[MajorIncident]) -> dict[int, int]:
    """Return by which ticket number a person is part of these major incidents, by the incident's id; one statement."""
    by_ticket = {major.ticket_id: major for major in majors}
    own = {major.pk: major.ticket.number for major in majors if major.ticket.requester_id == person_id}
    links = Link.objects.filter(other_id__in=by_ticket, kind=Link.Kind.CHILD_OF, ended_at=None)
    theirs = links.filter(ticket__requester_id=person_id).exclude(ticket__state__in=DONE)
    joined = {by_ticket[other].pk: number_of(row) for other, row in theirs.values_list("other_id", "ticket_id")}
    return {**joined, **own}


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


def proposed(scope: Scope) -> QuerySet[Burst]:
    """Return the bursts nobody has decided on, at the desks of this person's first line or management."""
    bursts = Burst.objects.filter(decided_at=None).select_related("service", "category", "site", "desk")
    if not scope.administrator:
        bursts = bursts.filter(desk_id__in=scope.desks_fronted | scope.desks_managed)
    return bursts.order_by("-seen_at", "-pk")


def desks_to_look_at(now: datetime) -> list[int]:
    """Return the desks where enough came lately to be a burst, or an old proposal lies undecided."""
    lately = Ticket.objects.filter(desk=OuterRef("pk"), registered_at__gt=now - WITHIN, registered_at__lte=now)
    came = lately.order_by().values("desk").annotate(n=Count("pk")).values("n")
    old = Burst.objects.filter(desk=OuterRef("pk"), decided_at=None, seen_at__lt=now - PASSED_BY_AFTER)
    desks = Desk.objects.filter(ended_at=None).annotate(came=Subquery(came))
    return list(desks.filter(Q(came__gte=LEAST) | Exists(old)).values_list("pk", flat=True))


def _counted(ticket_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return how many children each of these tickets has, and how many of those are not solved."""
    links = Link.objects.filter(other_id__in=ticket_ids, kind=Link.Kind.CHILD_OF, ended_at=None)
    counted = links.values("other_id").annotate(every=Count("pk"), still=Count("pk", filter=~Q(ticket__state__in=DONE)))
    return {row["other_id"]: (row["every"], row["still"]) for row in counted}
