"""Keeping what arrives before it is understood, and naming what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from firstline.commands import blobs
from firstline.core import rows
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import Refused
from firstline.core.outbox.owe import owe_each

Outcome = Envelope.Outcome
UNDERSTAND = "firstline.worker.mail.understand"
TELL_SENDER = "firstline.worker.mail.tell_sender"


@dataclass(frozen=True)
class Settled:
    """What became of an envelope: the outcome, and the ticket and message it led to."""

    outcome: str
    ticket_id: int | None = None
    message_id: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Arrival:
    """Something that was handed to us and must be kept before we say so.

    source_id    what makes it the same arrival if it is handed over again
    received_at  when it reached us: its clocks start then
    parked       why it will not be understood, where that is known already
    too_large    the bytes of the whole mail, where it is parked for having so many: its sender is told
    """

    channel: str
    source_id: str
    raw: bytes
    received_at: datetime
    mailbox_id: int | None = None
    recipient: str = ""
    parked: str = ""
    too_large: int = 0


@dataclass(frozen=True)
class Kept:
    """Where an arrival is kept; `new` is false when it had arrived before."""

    envelope_id: int
    new: bool


def keep(arrival: Arrival, *, now: datetime) -> Kept:
    """Keep one arrival, as `keep_all` does."""
    return keep_all([arrival], now=now)[0]


@transaction.atomic
def keep_all(arrivals: Sequence[Arrival], *, now: datetime) -> list[Kept]:
    """Keep what arrived, byte for byte, and owe that it is understood: one commit for all, after which it may be told.

    returns  in their order, where each is kept; the same source again is where it was kept first
    raises   OSError or DatabaseError when it cannot be kept; then nothing is, and the source must try again later
    """
    there = _envelopes(arrivals)
    fresh = {each.source_id: each for each in arrivals if (each.channel, each.source_id) not in there}
    if not fresh:
        return [Kept(there[each.channel, each.source_id], False) for each in arrivals]
    _insert(list(fresh.values()), now)
    made = {key: pk for key, pk in _envelopes(list(fresh.values())).items() if key not in there}
    _owe({pk: fresh[source_id] for (_channel, source_id), pk in made.items()}, now)
    where = {**there, **made}
    keys = [(each.channel, each.source_id) for each in arrivals]
    return [Kept(where[key], key in made) for key in keys]


def receive(
    *,
    channel: str,
    source_id: str,
    raw: bytes,
    person_id: int | None,
    now: datetime,
    settle: Callable[[Envelope], Settled],
    desk_id: int | None = None,
) -> Settled:
    """Keep what a form or program sent and settle it, in one transaction and one sync.

    source_id  the sender's own mark of this sending; sent again, the first outcome comes back as a duplicate
    desk_id    whose it is to look after; None where only settling can tell, which then writes it on the envelope
    settle     registers or joins; when it fails, all it wrote is rolled back and the envelope is kept without it
    raises     whatever `settle` raised, after the envelope was committed as refused or parked
    """

    def keep() -> Envelope:
        return _kept(channel, source_id, raw, person_id, desk_id, now)

    def look_again() -> Envelope:
        return _mended(channel, source_id, raw, now)

    try:
        return _settled(keep, settle, now)
    except _ArrivedBefore:
        # The unique key told it, not a question asked beforehand: the usual arrival costs no statement more.
        return _settled(look_again, settle, now)


def close(envelope: Envelope, settled: Settled, *, now: datetime) -> None:
    """Write what became of the envelope, in the caller's transaction."""
    envelope.outcome, envelope.why, envelope.settled_at = settled.outcome, settled.why, now
    envelope.ticket_id, envelope.message_id = settled.ticket_id, settled.message_id
    envelope.attempts += 1
    rows.change(envelope, "outcome", "why", "settled_at", "ticket_id", "message_id", "person", "desk", "attempts")


def _envelopes(arrivals: Sequence[Arrival]) -> dict[tuple[str, str], int]:
    known = Envelope.objects.filter(source_id__in=[each.source_id for each in arrivals])
    found = known.values_list("channel", "source_id", "pk")
    wanted = {(each.channel, each.source_id) for each in arrivals}
    return {(channel, source_id): pk for channel, source_id, pk in found if (channel, source_id) in wanted}


def _insert(arrivals: Sequence[Arrival], now: datetime) -> None:
    kept = blobs.keep_all([each.raw for each in arrivals], now=now)
    made = [
        Envelope(
            channel=each.channel, source_id=each.source_id, blob_id=blob.digest, received_at=each.received_at,
            mailbox_id=each.mailbox_id, recipient=each.recipient[:320], why=each.parked[:300],
            outcome=Outcome.PARKED if each.parked else Outcome.WAITING,
        )
        for each, blob in zip(arrivals, kept, strict=True)
    ]  # fmt: skip
    # Another receiver may hand the same in at this very moment: its row stands, and ours says where.
    Envelope.objects.bulk_create(made, ignore_conflicts=True)


def _owe(made: Mapping[int, Arrival], now: datetime) -> None:
    owed = {f"understand:{pk}": {"envelope": pk} for pk, arrival in made.items() if not arrival.parked}
    owe_each(UNDERSTAND, owed, now=now)
    large = {pk: arrival.too_large for pk, arrival in made.items() if arrival.too_large}
    if large:
        owe_each(TELL_SENDER, {f"tell:{pk}": {"envelope": pk, "size": size} for pk, size in large.items()}, now=now)


class _ArrivedBefore(Exception):
    """An envelope of this channel and source id is there already."""


def _settled(arrive: Callable[[], Envelope], settle: Callable[[Envelope], Settled], now: datetime) -> Settled:
    try:
        with transaction.atomic():
            envelope = arrive()
            if envelope.outcome in (Outcome.REGISTERED, Outcome.JOINED):
                return Settled(Outcome.DUPLICATE, envelope.ticket_id, envelope.message_id)
            settled = settle(envelope)
            close(envelope, settled, now=now)
        return settled
    except _ArrivedBefore:
        raise
    except Exception as trouble:
        refused = isinstance(trouble, Refused)
        why = str(trouble) if refused else f"{type(trouble).__name__}: {trouble}"
        # Once more without settling: a savepoint would cost every arrival what only a failed one needs.
        with transaction.atomic():
            close(arrive(), Settled(Outcome.REFUSED if refused else Outcome.PARKED, why=why[:300]), now=now)
        raise


def _kept(
    channel: str, source_id: str, raw: bytes, person_id: int | None, desk_id: int | None, now: datetime
) -> Envelope:
    try:
        with rows.together():
            blob = blobs.keep_bytes(raw, now=now)
            envelope = Envelope(
                channel=channel, source_id=source_id, blob_id=blob.digest, person_id=person_id, desk_id=desk_id,
                received_at=now,
            )  # fmt: skip
            rows.add(envelope)
    except IntegrityError as error:
        raise _ArrivedBefore from error
    return envelope


def _mended(channel: str, source_id: str, raw: bytes, now: datetime) -> Envelope:
    """Return the envelope that is there, locked; what could not be settled takes the bytes sent now."""
    present = Envelope.objects.select_for_update().get(channel=channel, source_id=source_id)
    if present.outcome in (Outcome.REFUSED, Outcome.PARKED):
        present.blob_id = blobs.keep_bytes(raw, now=now).digest
        present.save(update_fields=["blob"])
    return present
