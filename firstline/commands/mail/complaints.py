"""Complaints about the desk's own mail, as mail providers report them: a ticket of the first line's, never answered."""

from __future__ import annotations

from firstline.commands.intake import Settled
from firstline.commands.mail import bounces, registering
from firstline.commands.mail.arrival import Arrival

TAG = "abuse"


def settle(arrival: Arrival) -> Settled | None:
    """Register a complaint, tagged, beside the ticket whose letter it is about. None for other mail."""
    if arrival.mail.abuse is None:
        return None
    letter = bounces.letter_of(arrival, arrival.mail.abuse.message_id)
    return registering.register(arrival, [], tags=(TAG,), about=letter.ticket_id if letter else None)
