"""The one way from an understood mail to its outcome: steps in order; the first that knows what to do does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import lru_cache

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


def settle(*, envelope_id: int, mail: Inbound, now: datetime) -> Settled:
    """Settle one mail, as `settle_all` does."""
    return settle_all(mails={envelope_id: mail}, now=now)[envelope_id]


@transaction.atomic
def settle_all(*, mails: Mapping[int, Inbound], now: datetime) -> dict[int, Settled]:
    """Register a ticket, join one, or name another outcome for each mail; run twice, it says the same and does no more.

    mails    by envelope what its bytes say, in the order in which they are settled
    returns  what became of them, as it is written on the envelopes: parked, with the reason, if anything went wrong
    raises   NotThere for an unknown envelope; DatabaseError, and then nothing is written and it can be tried again
    """
    envelopes = locked(mails)
    return {pk: _settled_once(envelopes[pk], mail, now) for pk, mail in mails.items()}


def locked(envelope_ids: Collection[int]) -> dict[int, Envelope]:
    """Return the envelopes, locked, each with its mailbox and desk; raises NotThere."""
    found: dict[int, Envelope] = {}
    # The envelopes alone are locked: all mail of a mailbox would wait in line for the row of that.
    for envelope, mailbox, desk in rows.read(
        [Envelope, Mailbox, Desk], _envelopes(len(envelope_ids)), [*envelope_ids], lock="FOR UPDATE OF envelope"
    ):
        if mailbox is not None:
            mailbox.desk = desk
        envelope.mailbox = mailbox
        found[envelope.pk] = envelope
    if len(found) < len(envelope_ids):
        raise NotThere("There is no such envelope.")
    return found


@lru_cache(maxsize=32)
def _envelopes(count: int) -> Prepared:
    return Prepared(f"""
        SELECT {rows.columns(Envelope, "envelope")}, {rows.columns(Mailbox, "mailbox")}, {rows.columns(Desk, "desk")}
        FROM intake_envelope envelope LEFT JOIN intake_mailbox mailbox ON mailbox.id = envelope.mailbox_id
        LEFT JOIN people_desk desk ON desk.id = mailbox.desk_id
        WHERE envelope.id IN ({rows.marks(count)}) ORDER BY envelope.id
    """)


def _settled_once(envelope: Envelope, mail: Inbound, now: datetime) -> Settled:
    if envelope.outcome not in UNSETTLED:
        return Settled(envelope.outcome, envelope.ticket_id, envelope.message_id, envelope.why)
    settled = _safely(envelope, mail, now)
    intake.close(envelope, settled, now=now)
    return settled


def _safely(envelope: Envelope, mail: Inbound, now: datetime) -> Settled:
    """Settle in a savepoint: what goes wrong leaves nothing behind but an envelope that a person sees."""
    try:
        with transaction.atomic():
            arrival = Arrival.of(envelope, mail, now)
            envelope.desk_id = arrival.desk.pk
            return _settled(arrival)
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
