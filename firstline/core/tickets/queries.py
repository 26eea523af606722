"""Finding tickets, and who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from firstline.core import rows
from firstline.core.compiled import compiled
from firstline.core.intake.models import Envelope
from firstline.core.journal import contents
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.prepared import Prepared
from firstline.core.kernel.refusals import NotThere
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from firstline.core.people.rights import Scope
from firstline.core.tickets import life, words
from firstline.core.tickets.models import Attachment, Link, Message, Participant, Ticket
from firstline.core.tickets.states import Audience, Closing

# Written out, for every command on a ticket begins with it.
_TICKET = Prepared(f"SELECT {rows.columns(Ticket, 'ticket')} FROM tickets_ticket ticket WHERE ticket.id = %s")


def locked(ticket_id: int) -> Ticket:
    """Return the ticket with its row locked; raises NotThere."""
    ticket: Ticket
    for (ticket,) in rows.read([Ticket], _TICKET, [ticket_id], lock="FOR UPDATE"):
        return ticket
    raise NotThere("There is no such ticket.")


def counted(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Return those that figures count: not what is part of another ticket, and no spam."""
    return tickets.filter(merged_into=None).exclude(closing=Closing.SPAM)


def desk_of(ticket_id: int) -> int | None:
    """Return the desk of a ticket, None if there is no such ticket."""
    return Ticket.objects.filter(pk=ticket_id).values_list("desk_id", flat=True).first()


def by_number(number: int | str) -> int:
    """Return the row id a ticket number names; raises BadNumber. It may not exist."""
    return row_of(number)


def life_of(ticket: Ticket) -> life.Life:
    """Return the ticket's replayed columns as they stand in its row, texts as digests."""
    values = {name: getattr(ticket, name) for name in life.COLUMNS if name not in ("subject", "resolution")}
    subject = contents.digest_of(bytes(ticket.subject_salt), ticket.subject) if ticket.subject_salt else ""
    return life.Life(**values, subject=subject, resolution=ticket.resolution_id or "")


def visible_to(scope: Scope) -> QuerySet[Ticket]:
    """Return the tickets this person may read: as staff, as requester or as participant."""
    tickets = Ticket.objects.all()
    if scope.sees_all:
        return tickets
    if scope.person_id is None:
        return tickets.none()
    follows = Participant.objects.filter(ticket=OuterRef("pk"), person_id=scope.person_id, ended_at=None)
    may = Q(requester_id=scope.person_id) | Q(Exists(follows))
    desks = scope.desks_fronted | scope.desks_managed | scope.desks_audited
    if desks:
        may |= Q(desk_id__in=desks)
    if scope.organisations:
        may |= Q(organisation_id__in=scope.organisations)
    # A first-line team reads its whole desk anyway; joining what it carried would only make the statement slow.
    teams = scope.teams - scope.front_teams
    if teams:
        # A team that once carried the ticket, or was asked for help, may go on reading it.
        return tickets.filter(may | _involving(teams)).distinct()
    return tickets.filter(may)


def found(
    scope: Scope, query: str, *, most: int = 50, beside: Mapping[str, Any] | None = None
) -> list[Ticket]:  # fmt: skip
    """Return the tickets this person may read that `query` finds: by number, else by person, else by words.

    A number finds its one ticket. Otherwise tickets come whose requester's name begins with the query's words,
    then those in which all words were said, newest first.

    beside  what else is asked of each ticket, by the name it gets there
    """
    seen = (
        visible_to(scope)
        .select_related(
            "requester", "organisation", "service", "team", "assignee", "steward", "latest_by", "offered_to"
        )
        .annotate(**beside or {})
    )
    try:
        numbered = seen.filter(pk=row_of(query)).first()
    except BadNumber:
        numbered = None
    if numbered:
        return [numbered]
    persons = Person.objects.filter(name__istartswith=query.strip()).values_list("pk", flat=True)[:most]
    asked = seen.filter(requester_id__in=list(persons)) if query.strip() else seen.none()
    said = seen.filter(pk__in=saying(scope, query))
    rows = {ticket.pk: ticket for tickets in (asked, said) for ticket in tickets.order_by("-pk")[:most]}
    return list(rows.values())[:most]


def saying(scope: Scope, query: str) -> list[int]:
    """Return ids of tickets in which all words of `query` were said where this person, if they see it, may read them.

    What was said among colleagues is found by those who help only: else a search would tell others what it says.
    """
    if scope.sees_all:
        return words.found(query)
    public = words.found(query, public=True)
    if not scope.works:
        return public
    desks = scope.desks_fronted | scope.desks_managed | scope.desks_audited
    inside = Ticket.objects.filter(pk__in=set(words.found(query)) - set(public))
    helped = inside.filter(Q(desk_id__in=desks) | _involving(scope.teams))
    return [*public, *helped.values_list("pk", flat=True).distinct()]


def was_answered(envelope: Envelope) -> bool:
    """Whether an automatic answer was queued to what arrived: the letter that confirms a request it registered."""
    if envelope.outcome != Envelope.Outcome.REGISTERED:
        return False
    return Letter.objects.filter(ticket_id=envelope.ticket_id, kind="registered").exists()


def asked_by(person_id: int) -> QuerySet[Ticket]:
    """Return the tickets a person asked for or follows, as the portal shows them."""
    follows = Participant.objects.filter(ticket=OuterRef("pk"), person_id=person_id, ended_at=None)
    return Ticket.objects.filter(Q(requester_id=person_id) | Exists(follows))


def staff_on(scope: Scope, ticket: Ticket) -> bool:
    """Whether this person reads the ticket as one of those who help, not as one who asked."""
    if scope.sees_desk(ticket.desk_id):
        return True
    return bool(scope.teams) and Ticket.objects.filter(pk=ticket.pk).filter(_involving(scope.teams)).exists()


def involved_teams(ticket: Ticket) -> set[int]:
    """Return the teams that carry, are offered, answer for or are asked about the ticket now."""
    asked = ticket.tasks.filter(finished_at=None, withdrawn_at=None).values_list("team_id", flat=True)
    present = {ticket.team_id, ticket.offered_to_id, ticket.steward_team_id} - {None}
    return {*asked, *(team for team in present if team)}


def linked_onwards(ticket_id: int, kind: str) -> set[int]:
    """Return the tickets to which links of `kind` lead from this one, at any remove, itself included."""
    reached, newest = {ticket_id}, {ticket_id}
    while newest:
        links = Link.objects.filter(ticket_id__in=newest, kind=kind, ended_at=None)
        newest = set(links.values_list("other_id", flat=True)) - reached
        reached |= newest
    return reached


def conversation(ticket: Ticket, scope: Scope) -> QuerySet[Message]:
    """Return the ticket's messages this person may read, oldest first, with authors, texts and files."""
    return readable(ticket, scope, helps=staff_on(scope, ticket)).order_by("sent_at", "id")


def readable(ticket: Ticket, scope: Scope, *, helps: bool) -> QuerySet[Message]:
    """Return the ticket's messages this person may read as one who helps, or as one who asked.

    What was said for one team's eyes is read by that team, its author, and those who read the whole desk.
    """
    whole = helps and scope.sees_desk(ticket.desk_id)
    return _read_by(with_words(ticket.messages.all()), helps, None if whole else scope)


def _read_by(messages: QuerySet[Message], helps: bool, scope: Scope | None) -> QuerySet[Message]:
    """Return the messages that are read by who helps or asked; `scope` is None for who reads the whole desk."""
    if not helps:
        return messages.filter(audience=Audience.PUBLIC, withdrawn_at=None)
    if scope is None:
        return messages
    own = Q(team_id__in=scope.teams) | Q(author_id=scope.person_id)
    return messages.filter(~Q(audience=Audience.TEAM) | own)


def said(ticket: Ticket, scope: Scope, *, helps: bool) -> list[Message]:
    """Return what `readable` does, without the files: each with its author, text, team and mail; one statement."""
    whole = helps and scope.sees_desk(ticket.desk_id)
    return _said(ticket.pk, helps, None if whole or not helps else scope)


@compiled
def _said(ticket_id: int, helps: bool, scope: Scope | None) -> QuerySet[Message]:
    messages = Message.objects.filter(ticket_id=ticket_id).select_related("author", "content", "team", "mail")
    return _read_by(messages, helps, scope)


def files_said(ticket_id: int) -> dict[int, tuple[Attachment, ...]]:
    """Return the files of a ticket's messages by message id, without their bytes; one statement."""
    found = _files(ticket_id)
    return {message: tuple(files) for message, files in groupby(found, key=attrgetter("message_id"))}


@compiled
def _files(ticket_id: int) -> QuerySet[Attachment]:
    return _without_bytes().filter(message__ticket_id=ticket_id).order_by("message_id", "id")


def involving(teams: frozenset[int]) -> QuerySet[Ticket]:
    """Return the tickets that these teams carry, carried, answer for, are offered or were asked about."""
    return Ticket.objects.filter(_involving(teams))


def with_words(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Return messages with authors, texts and files, without the files' bytes."""
    files = _without_bytes().order_by("id")
    return messages.select_related("author", "content", "team", "mail").prefetch_related(Prefetch("attachments", files))


def _without_bytes() -> QuerySet[Attachment]:
    return Attachment.objects.select_related("blob").defer("blob__inline")


def _involving(teams: frozenset[int]) -> Q:
    return (
        Q(team_id__in=teams)
        | Q(steward_team_id__in=teams)
        | Q(offered_to_id__in=teams)
        | Q(holdings__team_id__in=teams)
        | Q(tasks__team_id__in=teams)
    )
