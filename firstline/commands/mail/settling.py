"""The one way from an understood mail to its outcome: steps in order; the first that knows what to do does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import DatabaseError, transaction

from firstline.commands import intake
from firstline.commands.intake import Settled
from firstline.commands.mail import (
    agents,
    automatic,
    bounces,
    complaints,
    filtering,
    joining,
    leaving,
    referring,
    registering,
    vendor_line,
)
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.referring import Reference
from firstline.core import rows
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.kernel.prepared import Prepared
from firstline.core.kernel.refusals import NotThere, Refused
from firstline.core.people.models import Desk

log = structlog.get_logger(__name__)

Outcome = Envelope.Outcome
UNSETTLED = (Outcome.WAITING, Outcome.PARKED)
# Written out, for every mail is settled by way of it.
_ENVELOPE = Prepared(f"""
SELECT {rows.columns(Envelope, "envelope")}, {rows.columns(Mailbox, "mailbox")}, {rows.columns(Desk, "desk")}
FROM intake_envelope envelope LEFT JOIN intake_mailbox mailbox ON mailbox.id = envelope.mailbox_id
LEFT JOIN people_desk desk ON desk.id = mailbox.desk_id WHERE envelope.id = %s
""")


# Without a savepoint of its own: where many are settled by one commit, one that fails is settled alone after that.
@transaction.atomic(savepoint=False)
def settle(*, envelope_id: int, mail: Inbound, now: datetime) -> Settled:
    """Register a ticket, join one, or name another outcome for a mail; run twice, it says the same and does no more.

    mail     what the envelope's bytes say
    returns  what became of it, as it is written on the envelope: parked, with the reason, if anything went wrong
    raises   NotThere for an unknown envelope; DatabaseError, and then nothing is written and it can be tried again
    """
    envelope = locked(envelope_id)
    if envelope.outcome not in UNSETTLED:
        return Settled(envelope.outcome, envelope.ticket_id, envelope.message_id, envelope.why)
    settled = _safely(envelope, mail, now)
    intake.close(envelope, settled, now=now)
    return settled


def locked(envelope_id: int) -> Envelope:
    """Return the envelope, locked, with its mailbox and desk; raises NotThere."""
    envelope: Envelope
    # The envelope alone is locked: all mail of a mailbox would wait in line for the row of that.
    for envelope, mailbox, desk in rows.read(
        [Envelope, Mailbox, Desk], _ENVELOPE, [envelope_id], lock="FOR UPDATE OF envelope"
    ):
        if mailbox is not None:
            mailbox.desk = desk
        envelope.mailbox = mailbox
        return envelope
    raise NotThere("There is no such envelope.")


def _safely(envelope: Envelope, mail: Inbound, now: datetime) -> Settled:
    """Settle in a savepoint: what goes wrong leaves nothing behind but an envelope that a person sees."""
    try:
        with transaction.atomic():
            return _settled(Arrival.of(envelope, mail, now))
    except DatabaseError:
        raise
    except Refused as refusal:
        why = str(refusal)
    except Exception as failure:
        log.exception("mail could not be settled", envelope=envelope.pk)
        why = f"{type(failure).__name__}: {failure}"
    envelope.person_id = None
    return Settled(Outcome.PARKED, why=why[:300])


def _settled(arrival: Arrival) -> Settled:
    for step in BEFORE:
        settled = step(arrival)
        if settled:
            return settled
    held = joining.held_already(arrival, arrival.sender)
    if held:
        return held
    referred = referring.references(arrival)
    for join in JOINING:
        settled = join(arrival, referred)
        if settled:
            return settled
    return registering.register(arrival, referred)


# What needs no look at what the mail refers to; then who may join what it refers to. The first that answers decides.
BEFORE: tuple[Callable[[Arrival], Settled | None], ...] = (
    automatic.ignore_own, bounces.settle, filtering.ignore_blocked, complaints.settle,
)  # fmt: skip
JOINING: tuple[Callable[[Arrival, list[Reference]], Settled | None], ...] = (
    leaving.leave, vendor_line.join, automatic.join_silently, agents.answer, joining.join,
)  # fmt: skip
