"""Mails for the tests of settling: each test names only what it is about."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from firstline.commands import blobs
from firstline.commands.intake import Settled
from firstline.commands.mail import settle
from firstline.core.intake.inbound import Address, Inbound
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.people.contacts import mail_key
from firstline.core.tickets.models import Message, Ticket
from tests import world

DESK = "desk@firstline.example"
_numbers = count(1)


def mailbox(address: str = DESK, **columns: Any) -> Mailbox:
    """Return the mailbox of that address, of the desk "it" unless another is given."""
    desk = columns.pop("of", None) or world.desk()
    world.front(desk)
    return Mailbox.objects.get_or_create(
        key=mail_key(address), ended_at=None, defaults={"address": address, "desk": desk, **columns}
    )[0]


def mail(text: str = "The printer is out of toner.", *, by: str = "rita@example.org", **said: Any) -> Inbound:
    """Return a mail from `by`; its Message-ID is new unless one is given."""
    said.setdefault("message_id", f"{next(_numbers)}.mail@example.org")
    said.setdefault("subject", "Printer")
    said.setdefault("reply_text", text)
    name, _, address = by.rpartition(" ")
    from_ = (Address(name, address.strip("<>")),) if by else ()
    return Inbound(text=text, from_=said.pop("from_", from_), to=said.pop("to", (Address("", DESK),)), **said)


def envelope(*, at: Mailbox | None = None, recipient: str = "", received_at: datetime = world.NINE) -> Envelope:
    """Return the envelope of a mail that was kept and not yet understood."""
    number = next(_numbers)
    blob = blobs.keep_bytes(f"mail {number}".encode(), now=received_at)
    return Envelope.objects.create(
        channel="email", source_id=f"mail {number}", blob=blob, received_at=received_at, mailbox=at or mailbox(),
        recipient=recipient,
    )  # fmt: skip


def arrives(
    what: Inbound, *, at: Mailbox | None = None, recipient: str = "", now: datetime = world.NINE,
    received_at: datetime | None = None,
) -> Settled:  # fmt: skip
    """Let a mail arrive and be settled."""
    kept = envelope(at=at, recipient=recipient, received_at=received_at or now)
    return settle(envelope_id=kept.pk, mail=what, now=now)


def ticket_of(settled: Settled) -> Ticket:
    """Return the ticket a mail registered or joined, as it stands now."""
    assert settled.ticket_id is not None, settled
    return Ticket.objects.get(pk=settled.ticket_id)


def message_of(settled: Settled) -> Message:
    """Return the message a mail became."""
    assert settled.message_id is not None, settled
    return Message.objects.get(pk=settled.message_id)
