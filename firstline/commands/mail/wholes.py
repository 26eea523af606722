"""Keeps the whole of a mail beside the message that shows what is new in it."""

from __future__ import annotations

from typing import Any

from firstline.commands.mail.arrival import Arrival, sound
from firstline.core.intake.inbound import Inbound, Security
from firstline.core.journal import contents
from firstline.core.tickets.models import Mail

# Longer HTML is not shown; the envelope has it.
HTML_LIMIT = 2_000_000


def keep_whole(message_id: int, arrival: Arrival) -> None:
    """Keep the mail's text, where the message shows only a part, and its HTML; in the caller's transaction."""
    text = arrival.whole_text
    whole = contents.keep_if_any(text) if text.strip() != arrival.new_text else None
    html = sound(arrival.mail.html)
    page = contents.keep_if_any(html) if len(html) <= HTML_LIMIT else None
    seal = _seal(arrival.mail)
    if whole or page or seal:
        Mail.objects.create(message_id=message_id, text=whole, html=page, seal=seal)


def _seal(mail: Inbound) -> dict[str, Any] | None:
    """Return what came of the mail's signature and encryption, as Mail keeps it; None where it has neither."""
    if not (mail.signed or mail.encrypted or mail.security):
        return None
    found = mail.security or Security("", "unchecked" if mail.signed else "")
    return {
        "encrypted": mail.encrypted,
        "standard": found.standard,
        "signature": found.signature,
        "signers": [sound(signer)[:320] for signer in found.signers[:5]],
        "opened": found.opened,
        **({"weak": True} if found.weak else {}),
    }
