"""What a mail refers to: a token in the address it was sent to, ids of messages we issued or hold, a hidden marker.

A ticket number in a subject refers to nothing: anybody can write one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from firstline.commands.mail.arrival import Arrival
from firstline.core.outbox.models import Letter
from firstline.core.tickets import replies
from firstline.core.tickets.models import Message, Ticket

# Where a mail server writes for whom it took a mail, when that stands in no other field.
_DELIVERED = ("delivered-to", "x-original-to", "x-delivered-to", "envelope-to")
_MOST_ADDRESSES = 100


@dataclass(frozen=True)
class Reference:
    """A ticket that a mail refers to.

    token_of  the person for whom the token in the address was made: who holds it is let in; None without one
    """

    ticket: Ticket
    token_of: int | None = None


def references(arrival: Arrival) -> list[Reference]:
    """Return the tickets a mail refers to, the surest first, each once; one merged into another stands for that."""
    found: dict[int, int | None] = {}
    for address in _recipients(arrival):
        let = replies.in_address(address)
        if let:
            found.setdefault(let.ticket_id, let.person_id)
    for ticket_id in (*_by_ids(arrival), *_by_marker(arrival)):
        found.setdefault(ticket_id, None)
    tickets = Ticket.objects.in_bulk(found)
    named = [Reference(_alive(tickets[pk]), token_of) for pk, token_of in found.items() if pk in tickets]
    return list({reference.ticket.pk: reference for reference in reversed(named)}.values())[::-1]


def named_ids(arrival: Arrival) -> list[str]:
    """Return the message ids a mail answers, in brackets, the nearest first."""
    near = [*arrival.mail.in_reply_to, *reversed(arrival.mail.references)]
    return list(dict.fromkeys(f"<{each}>" for each in near))


def _recipients(arrival: Arrival) -> Iterator[str]:
    mail = arrival.mail
    yield arrival.envelope.recipient
    yield from (value for name, value in mail.headers if name in _DELIVERED)
    yield from (each.address for each in (*mail.to, *mail.cc)[:_MOST_ADDRESSES])


def _by_ids(arrival: Arrival) -> list[int]:
    ids = named_ids(arrival)
    if not ids:
        return []
    issued = Letter.objects.filter(message_id__in=ids, ticket_id__isnull=False)
    held = Message.objects.filter(carrier_id__in=ids)
    of: dict[str, list[int]] = {}
    for carrier, ticket_id in (
        *issued.values_list("message_id", "ticket_id"),
        *held.order_by("id").values_list("carrier_id", "ticket_id"),
    ):
        of.setdefault(carrier or "", []).append(ticket_id or 0)
    return [ticket_id for each in ids for ticket_id in of.get(each, ())]


def _by_marker(arrival: Arrival) -> list[int]:
    text, html = arrival.mail.text, arrival.mail.html
    return [let.ticket_id for let in (*replies.in_text(text), *replies.in_text(html))]


def _alive(ticket: Ticket) -> Ticket:
    seen = {ticket.pk}
    while ticket.merged_into is not None and ticket.merged_into_id not in seen:
        ticket = ticket.merged_into
        seen.add(ticket.pk)
    return ticket
