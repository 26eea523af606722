"""The letters to those who set a desk up, in words: a mailbox of theirs needs them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from firstline.channels.email.said import Button, Said, moment
from firstline.core.intake.models import Envelope, Mailbox


def quiet(mailbox: Mailbox, zone: ZoneInfo) -> Said:
    """Nothing came for longer than it usually does."""
    last = Envelope.objects.filter(mailbox=mailbox).order_by("-received_at").first()
    came = _("The last mail came on %(when)s.") % {"when": moment(last.received_at, zone)} if last else ""
    habit = _("Going by the last four weeks, about seven more should have come since.")
    return _said(mailbox, _("%(address)s is silent against its habit"), (came, habit))


def unreached(mailbox: Mailbox, zone: ZoneInfo) -> Said:
    """It cannot be signed in to, or not be read."""
    since = mailbox.trouble_since
    sentences = (
        _("Since %(when)s: %(why)s") % {"when": moment(since, zone) if since else "", "why": mailbox.trouble},
        _("Mail waits there until the desk can fetch it; nothing is lost."),
    )
    return _said(mailbox, _("%(address)s cannot be reached"), sentences)


def _said(mailbox: Mailbox, headline: str, sentences: tuple[str, ...]) -> Said:
    return Said(
        headline=headline % {"address": mailbox.address},
        sentences=tuple(sentence for sentence in sentences if sentence),
        buttons=(Button(_("Open the mailboxes"), f"{settings.PUBLIC_URL}/console/setup/"),),
        why=_("You get this letter because you set up this desk. It comes once, not again for the same silence."),
    )


WORDS: dict[str, Callable[[Mailbox, ZoneInfo], Said]] = {"mailbox_quiet": quiet, "mailbox_unreached": unreached}
