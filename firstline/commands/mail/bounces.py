"""Reports that a letter did not arrive: tied to that letter by its Message-ID, which nobody can guess, never answered.

A report that names no letter of ours changes nothing: anybody can write one about anybody's address.
"""

from __future__ import annotations

from firstline.commands import notices
from firstline.commands.intake import Settled
from firstline.commands.mail import referring
from firstline.commands.mail.arrival import Arrival, key_of
from firstline.commands.turn import allowed
from firstline.core.intake.inbound import Bounce, Recipient
from firstline.core.intake.models import Envelope
from firstline.core.outbox.models import Letter

OF_NOTHING = "bounce of no letter of ours"
LATE = "report of a delay"
NOTED = "bounce"
_UNKNOWN = "unknown"


def settle(arrival: Arrival) -> Settled | None:
    """Mark the letter and, if it can never arrive there, the address; tell the ticket. None for other mail."""
    bounce = arrival.mail.bounce
    if bounce is None:
        return None
    letter = letter_of(arrival, bounce.message_id)
    if letter is None:
        return arrival.ignored(OF_NOTHING)
    came_back = [each for each in _of_letter(bounce, letter) if not each.late]
    if not came_back:
        return Settled(Envelope.Outcome.IGNORED, letter.ticket_id, why=LATE)
    worst = next((each for each in came_back if each.hard), came_back[0])
    if notices.bounced(
        letter=letter, reason=worst.reason or _UNKNOWN, hard=worst.hard, why=worst.status, now=arrival.now
    ):
        _tell(letter, worst, arrival)
    return Settled(
        Envelope.Outcome.JOINED if letter.ticket_id else Envelope.Outcome.IGNORED, letter.ticket_id, why=NOTED
    )


def letter_of(arrival: Arrival, message_id: str) -> Letter | None:
    """Return our letter that a report is about."""
    ids = [f"<{message_id}>"] if message_id else referring.named_ids(arrival)
    return Letter.objects.filter(message_id__in=ids).select_related("person").order_by("-pk").first()


def _of_letter(bounce: Bounce, letter: Letter) -> list[Recipient]:
    """Return what the report says of the letter's address; a report that names others, or nobody, is about it too."""
    address = key_of(letter.address)
    named = [each for each in bounce.recipients if key_of(each.address) == address]
    # Somebody's mail may be forwarded: then the report names where it went.
    return named or list(bounce.recipients) or [Recipient(letter.address, "", _UNKNOWN, hard=False)]


def _tell(letter: Letter, worst: Recipient, arrival: Arrival) -> None:
    if letter.ticket_id is None:
        return
    turn = allowed(letter.ticket_id, by_id=None, now=arrival.now)
    turn.arrived(arrival.at)
    facts = {"letter": letter.pk, "person": letter.person_id, "notice": letter.kind, "hard": worst.hard}
    turn.tell("notice bounced", {**facts, "reason": worst.reason or _UNKNOWN, "status": worst.status[:20]})
