"""A tally as it is shown: what arrived, and the outcomes that add up to it, each leading to its arrivals."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from firstline.core.intake.models import Envelope
from firstline.core.intake.tallies import Tally
from firstline.web.setup import frame
from firstline.web.setup.access import Manager

Outcome = Envelope.Outcome
WORDS = {
    Outcome.REGISTERED: _("registered"),
    Outcome.JOINED: _("joined"),
    Outcome.DUPLICATE: _("duplicates"),
    Outcome.IGNORED: _("ignored"),
    Outcome.REFUSED: _("refused"),
    Outcome.PARKED: _("parked"),
    Outcome.WAITING: _("waiting"),
}
_TONES = {Outcome.PARKED: "late", Outcome.WAITING: "soon"}


def shown(http: Manager, tally: Tally, **narrowed: Any) -> dict[str, Any]:
    """Return a tally for setup/_tally.html; `narrowed` is what its arrivals are narrowed by: mailbox, channel, on."""
    query = urlencode({name: value for name, value in narrowed.items() if value})
    parts = [
        {
            "word": word,
            "many": tally.of(outcome),
            "tone": _TONES.get(outcome, ""),
            "href": frame.address(http, "arrivals", outcome) + (f"?{query}" if query else ""),
        }
        for outcome, word in WORDS.items()
        if tally.of(outcome)
    ]
    return {"received": tally.received, "parts": parts, "unread": tally.unread}
