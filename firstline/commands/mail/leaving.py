"""One word by mail ends somebody's following: what List-Unsubscribe in letters to participants offers (RFC 2369)."""

from __future__ import annotations

from firstline.commands import participants
from firstline.commands.intake import Settled
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core.intake.models import Envelope

LEFT = "no longer follows"
_WORD = "unsubscribe"


def leave(arrival: Arrival, referred: list[Reference]) -> Settled | None:
    """Let the holder of a participant's token follow no more; None for mail that does not say just that."""
    if arrival.subject.strip().lower() != _WORD:
        return None
    for reference in referred:
        person_id = reference.token_of
        if person_id is None:
            continue
        if participants.leave(ticket_id=reference.ticket.pk, person_id=person_id, now=arrival.now):
            arrival.envelope.person_id = person_id
            return Settled(Envelope.Outcome.JOINED, reference.ticket.pk, why=LEFT)
    return None
