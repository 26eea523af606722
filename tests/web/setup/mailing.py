"""Mailboxes and what came by them, for the tests of pages."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from firstline.commands import intake
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.people.models import Desk
from tests import world

RAW = b"From: Nina <nina@example.org>\r\nSubject: No sound <b>at all</b>\r\n\r\nPlease help.\r\n"


def box(address: str = "help@example.org", *, of: Desk | None = None) -> Mailbox:
    """Return a mailbox of the desk, to which mail is handed."""
    whose = of or world.front().desk
    return mailboxes.set_up_mailbox(desk_id=whose.pk, address=address, by_id=None, now=timezone.now())


def arrived(
    by: Mailbox, outcome: str = "parked", *, why: str = "", at: datetime | None = None, raw: bytes = RAW
) -> Envelope:
    """Return an envelope that came by a mailbox and to this outcome."""
    when = at or timezone.now()
    number = Envelope.objects.count()
    kept = intake.keep(intake.Arrival("email", f"mail:{number}", raw, when, by.pk, by.key), now=when)
    Envelope.objects.filter(pk=kept.envelope_id).update(outcome=outcome, why=why)
    return Envelope.objects.get(pk=kept.envelope_id)
