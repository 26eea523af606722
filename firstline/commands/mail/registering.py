"""A mail that joins nothing is a new request, of whoever wrote it."""

from __future__ import annotations

from firstline.commands import registration
from firstline.commands.intake import Settled
from firstline.commands.mail import automatic, joining, senders, strangers, wholes
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core.intake.models import Envelope
from firstline.core.people.models import Person
from firstline.core.tickets.models import Link, Ticket


def register(arrival: Arrival, referred: list[Reference]) -> Settled:
    """Register the request; it follows up the closed ticket that its sender had a part in, if it refers to one."""
    person = senders.met(arrival)
    arrival.envelope.person = person
    followed = _followed(arrival, person, referred)
    ticket = registration.register(request=_request(arrival, person.pk, followed), by_id=person.pk,
                                   envelope_id=arrival.envelope.pk, now=arrival.now)  # fmt: skip
    message = ticket.messages.get()
    wholes.keep_whole(message, arrival)
    strangers.tell_stewards(person, ticket, referred, now=arrival.now)
    return Settled(Envelope.Outcome.REGISTERED, ticket.pk, message.pk)


def _followed(arrival: Arrival, person: Person, referred: list[Reference]) -> Ticket | None:
    """Return the ticket, closed for long, that its own requester or participant, or a token's holder, writes about."""
    return next(
        (
            each.ticket
            for each in referred
            if joining.closed_for_long(each.ticket, arrival) and (each.token_of or joining.asks(person, each.ticket))
        ),
        None,
    )


def _request(arrival: Arrival, person_id: int, followed: Ticket | None) -> registration.Request:
    mailbox = arrival.mailbox
    return registration.Request(
        desk_id=arrival.desk.pk, requester_id=person_id, subject=arrival.subject, text=arrival.new_text,
        channel="email", files=arrival.files, carrier_id=arrival.carrier_id,
        team_id=mailbox.team_id if mailbox else None, quiet=automatic.no_answer(arrival), arrived_at=arrival.at,
        linked=(Link.Kind.FOLLOWS_UP, followed.pk) if followed else None,
    )  # fmt: skip
