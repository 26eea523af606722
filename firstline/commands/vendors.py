"""A ticket's line to a vendor: written by staff, answered by mail, and never seen by those who asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from firstline.commands import clocks, conversation, people
from firstline.commands import turn as turns
from firstline.commands.conversation import File, TicketClosed
from firstline.commands.turn import helping
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.models import Person
from firstline.core.tickets.models import Message, Ticket, VendorContact
from firstline.core.tickets.states import State


@transaction.atomic
def write_to_vendor(
    *, ticket_id: int, by_id: int, to: str, text: str, now: datetime, name: str = "", files: Sequence[File] = ()
) -> Message:
    """Write to a vendor about a ticket: it goes out by mail, and their answer joins the ticket's vendor line.

    to      the vendor's mail address; `name` is what somebody new there is called
    raises  BadContact, BadInput (whoever asked for the ticket is no vendor of it), TicketClosed, NotThere, NotAllowed;
            then nothing is written
    """
    turn = helping(ticket_id, by_id=by_id, now=now)
    if turn.ticket.state == State.CLOSED:
        raise TicketClosed(_("This ticket is closed; reopen it to write to the vendor."))
    checked = written.body(text, field="text")
    person = people.find_or_make_person(name=name, email=to, by_id=by_id, now=now).person
    _must_be_outside(turn.ticket, person)
    VendorContact.objects.get_or_create(
        ticket=turn.ticket, person=person, ended_at=None, defaults={"added_by_id": by_id, "added_at": turn.moment}
    )
    message, facts = conversation.tell_vendor(turn, text=checked, author_id=by_id, files=files)
    turn.tell("vendor written to", {**facts, "vendor": person.pk})
    return message


@transaction.atomic
def vendor_wrote(
    *, ticket_id: int, person_id: int, text: str, now: datetime, files: Sequence[File] = (),
    envelope_id: int | None = None, carrier_id: str | None = None, arrived_at: datetime | None = None,
) -> Message:  # fmt: skip
    """Keep a vendor's answer in the ticket's vendor line; it wakes a ticket that waits on a third party.

    Raises NotThere for somebody to whom that line was never written; then nothing is written.
    """
    turn = turns.allowed(ticket_id, by_id=person_id, now=now)
    turn.arrived(arrived_at)
    if not is_vendor(person_id, turn.ticket):
        raise NotThere(_("There is no such ticket."))
    checked = written.body(text, field="text")
    wakes = turn.ticket.state == State.WAITING_THIRD_PARTY
    running = clocks.resume(turn.ticket, turn.moment) if wakes else {}
    message, facts = conversation.tell_vendor(
        turn, text=checked, author_id=person_id, files=files, channel="email", envelope_id=envelope_id,
        carrier_id=carrier_id,
    )  # fmt: skip
    turn.tell("vendor wrote", {**facts, "wakes": wakes, **running})
    return message


def is_vendor(person_id: int, ticket: Ticket) -> bool:
    """Whether the ticket's vendor line was written to this person."""
    return ticket.vendor_contacts.filter(person_id=person_id, ended_at=None).exists()


def _must_be_outside(ticket: Ticket, person: Person) -> None:
    follows = ticket.participants.filter(person=person, ended_at=None).exists()
    if ticket.requester_id == person.pk or follows:
        raise BadInput(_("%(who)s asked for this ticket or follows it; a vendor is somebody else."), field="to",
                       who=str(person))  # fmt: skip
