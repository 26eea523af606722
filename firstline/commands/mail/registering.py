"""A mail that joins nothing is a new request, of whoever wrote it: sorted by the desk's filters."""

from __future__ import annotations

from firstline.commands import classification, registration
from firstline.commands.intake import Settled
from firstline.commands.mail import automatic, copied, filtering, joining, parts, senders, strangers, wholes
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.filtering import Sorted
from firstline.commands.mail.referring import Reference
from firstline.core import rows
from firstline.core.intake.models import Envelope
from firstline.core.kernel.prepared import Prepared
from firstline.core.mail.queries import matching_filters
from firstline.core.people.models import Person
from firstline.core.tickets.models import Link, Ticket

_MESSAGE = Prepared("SELECT id FROM tickets_message WHERE ticket_id = %s ORDER BY id LIMIT 1")


def register(
    arrival: Arrival, referred: list[Reference], *, tags: tuple[str, ...] = (), about: int | None = None
) -> Settled:
    """Register the request, unless a filter leaves it alone or its sender asks too much.

    tags, about   what it is tagged with besides, and the ticket it stands beside
    It follows up the ticket, closed for long, that it refers to and that its sender had a part in.
    """
    met = matching_filters(arrival.desk.pk, arrival.mail)
    rule = filtering.ignored_by(met)
    if rule:
        return arrival.ignored(rule)
    found = senders.met(arrival)
    arrival.envelope.person = found.person
    settled = None if found.made else _wrote_before(arrival, found.person)
    return settled or _registered(arrival, found.person, referred, Sorted.by(met), tags, about)


def _wrote_before(arrival: Arrival, person: Person) -> Settled | None:
    # Who was known was asked already; who was not was perhaps made by the same mail in another mailbox just now.
    held = joining.held_already(arrival, person) if arrival.sender is None else None
    return held or filtering.too_many(arrival, person)


def _registered(
    arrival: Arrival, person: Person, referred: list[Reference], found: Sorted, tags: tuple[str, ...], about: int | None
) -> Settled:
    linked = _linked(arrival, person, referred, about)
    ticket = registration.register(
        request=_request(arrival, person, found, linked), by_id=person.pk, envelope_id=arrival.envelope.pk,
        now=arrival.now,
    )  # fmt: skip
    message_id = _first_message(ticket)
    wholes.keep_whole(message_id, arrival)
    for tag in dict.fromkeys((*tags, *found.tags)):
        classification.tag(ticket_id=ticket.pk, by_id=None, name=tag, now=arrival.now)
    copied.let_follow(arrival, ticket)
    strangers.tell_stewards(person, ticket, referred, now=arrival.now)
    return Settled(Envelope.Outcome.REGISTERED, ticket.pk, message_id)


def _first_message(ticket: Ticket) -> int:
    [[message_id]] = rows.read([], _MESSAGE, [ticket.pk])
    return int(message_id)


def _request(
    arrival: Arrival, person: Person, found: Sorted, linked: tuple[str, int] | None
) -> registration.Request:  # fmt: skip
    return registration.Request(
        desk_id=arrival.desk.pk, requester_id=person.pk, subject=arrival.subject, text=arrival.new_text,
        channel="email", files=arrival.files, carrier_id=arrival.carrier_id, service_id=found.service_id,
        team_id=found.team_id or _team_of_mailbox(arrival, found), impact=found.priority, urgency=found.priority,
        quiet=automatic.no_answer(arrival), arrived_at=arrival.at, linked=linked,
    )  # fmt: skip


def _team_of_mailbox(arrival: Arrival, found: Sorted) -> int | None:
    """Return the team whose queue the mailbox's requests enter; a service knows better, and so does an ended team."""
    team = arrival.mailbox.team if arrival.mailbox and not found.service_id else None
    return team.pk if team is not None and team.ended_at is None else None


def _linked(
    arrival: Arrival, person: Person, referred: list[Reference], about: int | None
) -> tuple[str, int] | None:  # fmt: skip
    """Return the ticket it stands beside, or the one, closed for long, that its sender had a part in."""
    if about is not None:
        return Link.Kind.RELATES, about
    for each in referred:
        had_part = each.token_of is not None or parts.asks(person, each.ticket)
        if had_part and joining.closed_for_long(each.ticket, arrival):
            return Link.Kind.FOLLOWS_UP, each.ticket.pk
    return None
