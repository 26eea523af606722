"""A vendor's answer joins the line that was written to them, unseen by those who asked."""

from __future__ import annotations

from firstline.commands import vendors
from firstline.commands.intake import Settled
from firstline.commands.mail import wholes
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core.intake.models import Envelope
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket


def join(arrival: Arrival, referred: list[Reference]) -> Settled | None:
    """Let the mail of one to whom a ticket's vendor line was written join that line; None for other mail.

    Asked before anything else: what a vendor writes must not reach the requester by mistake.
    """
    person = arrival.sender
    for reference in referred:
        for each in (person.pk if person else None, reference.token_of):
            if each is not None and vendors.is_vendor(each, reference.ticket):
                return _joined(arrival, reference.ticket, each)
    return None


def _joined(arrival: Arrival, ticket: Ticket, person_id: int) -> Settled:
    arrival.envelope.person = Person.objects.get(pk=person_id)
    message = vendors.vendor_wrote(
        ticket_id=ticket.pk, person_id=person_id, text=arrival.new_text, files=arrival.files,
        envelope_id=arrival.envelope.pk, carrier_id=arrival.carrier_id, now=arrival.now, arrived_at=arrival.at,
    )  # fmt: skip
    wholes.keep_whole(message.pk, arrival)
    return Settled(Envelope.Outcome.JOINED, ticket.pk, message.pk)
