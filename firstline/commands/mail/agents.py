"""An answer by one who works on the ticket: the desk's own words if it proves who wrote it, else only a remark.

Anybody can write anybody's address into From. The proof is the token of this very person in the address they wrote
to, or what the mailbox's trusted server found out about the sender's domain.
"""

from __future__ import annotations

from firstline.commands import conversation, notices
from firstline.commands.intake import Settled
from firstline.commands.mail import parts, wholes
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core.intake import proofs
from firstline.core.intake.models import Envelope
from firstline.core.outbox.models import Letter
from firstline.core.people import contacts
from firstline.core.people.models import Person
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.states import State


def answer(arrival: Arrival, referred: list[Reference]) -> Settled | None:
    """Let one who works on a ticket answer in it by mail; None if the sender works on none of those referred to."""
    person = arrival.sender
    if person is None:
        return None
    for reference in referred:
        if parts.works_on(person, reference.ticket) and not parts.asks(person, reference.ticket):
            arrival.envelope.person = person
            said = _replied if proven(arrival, person, reference) else _remarked
            message = said(arrival, reference.ticket, person)
            wholes.keep_whole(message.pk, arrival)
            return Settled(Envelope.Outcome.JOINED, reference.ticket.pk, message.pk)
    return None


def proven(arrival: Arrival, person: Person, reference: Reference) -> bool:
    """Whether the mail proves that this person wrote it."""
    if reference.token_of == person.pk:
        return True
    trusted = arrival.mailbox.authserv_id if arrival.mailbox else ""
    return proofs.proves(arrival.mail.headers, trusted, contacts.domain_of(arrival.sender_key))


def _replied(arrival: Arrival, ticket: Ticket, person: Person) -> Message:
    if ticket.state == State.CLOSED or not _for_requester(arrival):
        # Nobody answers in a closed ticket, and what answers a letter about colleagues is not for the requester.
        return conversation.note(
            ticket_id=ticket.pk, by_id=person.pk, text=arrival.new_text, files=arrival.files, now=arrival.now,
            envelope_id=arrival.envelope.pk,
        )  # fmt: skip
    return conversation.reply(
        ticket_id=ticket.pk, by_id=person.pk, text=arrival.new_text, files=arrival.files, channel="email",
        envelope_id=arrival.envelope.pk, carrier_id=arrival.carrier_id, now=arrival.now,
    )  # fmt: skip


def _for_requester(arrival: Arrival) -> bool:
    """Whether the mail answers what the requester said, and not a letter to staff about anything else."""
    answered = Letter.objects.filter(message_id__in=[f"<{each}>" for each in arrival.mail.in_reply_to])
    kinds = set(answered.values_list("kind", flat=True))
    return not kinds or bool(kinds & notices.ANSWERED_OUTSIDE)


def _remarked(arrival: Arrival, ticket: Ticket, person: Person) -> Message:
    return conversation.remark(
        ticket_id=ticket.pk, kind="unproven wrote", author_id=person.pk, text=arrival.new_text, files=arrival.files,
        envelope_id=arrival.envelope.pk, carrier_id=arrival.carrier_id, now=arrival.now, arrived_at=arrival.at,
    )  # fmt: skip
