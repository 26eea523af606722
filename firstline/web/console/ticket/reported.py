"""Where the desk that a history came from stated one thing, and its events show another: both are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.core.tickets.models import Ticket
from firstline.web import wording

# In the words of the page, the column of Reported, the column of the ticket.
_COMPARED = (
    (_("Hand-overs"), "reassignments", "hand_overs"),
    (_("Reopenings"), "reopenings", "reopenings"),
    (_("Resolved"), "resolved_at", "resolved_at"),
    (_("Closed"), "closed_at", "closed_at"),
)


@dataclass(frozen=True)
class Differing:
    """One thing of which the log states something else than its own events show."""

    word: Promise | str
    reported: str
    observed: str


def differing(ticket: Ticket, now: datetime) -> list[Differing]:
    """Return what was reported of an imported ticket and observed otherwise; what was not reported is left out."""
    return list(_differing(ticket, now))


def _differing(ticket: Ticket, now: datetime) -> Iterator[Differing]:
    stated = getattr(ticket, "reported", None)
    for word, column, own in _COMPARED if stated else ():
        reported, observed = getattr(stated, column), getattr(ticket, own)
        if reported is not None and reported != observed:
            yield Differing(word, _told(reported, now), _told(observed, now))


def _told(value: int | datetime | None, now: datetime) -> str:
    if value is None:
        return "–"
    return wording.moment(value, now) if isinstance(value, datetime) else str(value)
