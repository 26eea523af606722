"""What a receiver hands to be kept: one mail with the mark that makes it the same mail again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from firstline.channels.email.source import source_id
from firstline.commands.intake import Arrival
from firstline.core.intake.models import Envelope, Mailbox


def arrival(raw: bytes, mailbox: Mailbox, *, now: datetime, recipient: str = "", parked: str = "") -> Arrival:
    """Return the mail as it is to be kept.

    recipient  the address it was handed in for, where that is known better than by the mailbox
    parked     why it will not be understood, where that is known already
    """
    made = handed_in(raw, mailbox.pk, mailbox.key, now=now)
    return replace(made, recipient=recipient or mailbox.key, parked=parked)


def handed_in(raw: bytes, mailbox_id: int | None, address: str, *, now: datetime) -> Arrival:
    """Return a mail for an address in its key form; a desk that has set up no mailbox takes it all the same."""
    return Arrival(
        channel=Envelope.Channel.EMAIL, source_id=source_id(raw, address), raw=raw, received_at=now,
        mailbox_id=mailbox_id, recipient=address,
    )  # fmt: skip


def header_only(header: bytes, size: int, mailbox: Mailbox, *, now: datetime) -> Arrival:
    """Return a mail too large to be fetched: parked with its header, told to its sender, and left where it is."""
    megabytes, most = -(-size // (1024 * 1024)), settings.MAIL_LIMIT // (1024 * 1024)
    why = f"It has {megabytes} MB, more than the {most} MB a mail may have; only its header was fetched."
    return replace(arrival(header, mailbox, now=now, parked=why), too_large=size)
