"""A mail that refers to a ticket joins it, if whoever wrote it has a part in it: else it is a new request.

Participants and staff are known by their address, which anybody can write; so a message of staff that proves nothing
stays among colleagues (see agents.py), and a stranger joins nothing, however good the reference.
"""

from __future__ import annotations

from datetime import timedelta

from firstline.commands import conversation, progress
from firstline.commands.intake import Settled
from firstline.commands.mail import copied, parts, senders, wholes
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core import rows
from firstline.core.intake.models import Envelope
from firstline.core.kernel.prepared import Prepared
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State

ANSWERS_SPAM = "answer to what was marked as spam"
_SENDER = Prepared("SELECT id FROM people_person WHERE id = %s")
_HELD = Prepared("""
SELECT message.id, message.ticket_id, content.text
FROM tickets_message message JOIN journal_content content ON content.digest = message.content_id
JOIN tickets_ticket ticket ON ticket.id = message.ticket_id
WHERE message.carrier_id = %s AND message.author_id = %s AND ticket.desk_id = %s ORDER BY message.id
""")


def join(arrival: Arrival, referred: list[Reference]) -> Settled | None:
    """Let the mail join the first ticket its sender asked for, follows, or holds a token of; None where there is none.

    A resolved ticket is reopened by it. One closed for longer than the desk's setting is not joined.
    """
    person = arrival.sender
    if referred and referred[0].ticket.closing == Closing.SPAM:
        return arrival.ignored(ANSWERS_SPAM)
    for reference in referred:
        has_part = person is not None and parts.asks(person, reference.ticket)
        if (has_part or reference.token_of) and not closed_for_long(reference.ticket, arrival):
            return _joined(arrival, reference.ticket, person or senders.met(arrival).person, has_part=has_part)
    return None


def closed_for_long(ticket: Ticket, arrival: Arrival) -> bool:
    """Whether an answer to the ticket comes too late to reopen it."""
    if ticket.state != State.CLOSED:
        return False
    days = timedelta(days=ticket.desk.reopen_within_days)
    return ticket.closed_at is not None and arrival.now > ticket.closed_at + days


def held_already(arrival: Arrival, person: Person | None) -> Settled | None:
    """Return that this very mail came another way before, by the same sender with the same words; None if it did not.

    The Message-ID alone would not do: a stranger can write another's. The sender is locked first, so that of two
    that are settled at the same moment one sees the other.
    """
    if arrival.carrier_id is None or person is None:
        return None
    rows.read([], _SENDER, [person.pk], lock="FOR UPDATE")
    for message_id, ticket_id, text in rows.read([], _HELD, [arrival.carrier_id, person.pk, arrival.desk.pk]):
        if text == arrival.new_text:
            return Settled(Envelope.Outcome.DUPLICATE, ticket_id, message_id)
    return None


def _joined(arrival: Arrival, ticket: Ticket, person: Person, *, has_part: bool) -> Settled:
    arrival.envelope.person = person
    if ticket.state in (State.RESOLVED, State.CLOSED):
        progress.reopen(ticket_id=ticket.pk, by_id=person.pk if has_part else None, why="", now=arrival.now)
    message = conversation.join(
        ticket_id=ticket.pk, by_id=person.pk, text=arrival.new_text, files=arrival.files, channel="email",
        envelope_id=arrival.envelope.pk, carrier_id=arrival.carrier_id, let_in=not has_part, now=arrival.now,
        arrived_at=arrival.at,
    )  # fmt: skip
    wholes.keep_whole(message.pk, arrival)
    if ticket.requester_id == person.pk:
        copied.let_follow(arrival, ticket)
    return Settled(Envelope.Outcome.JOINED, ticket.pk, message.pk)
