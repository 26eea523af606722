"""A mail too large to be fetched: nobody will read it, so its sender is told, once, if a person wrote it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from firstline.commands import notices
from firstline.commands.mail import automatic, filtering, senders
from firstline.commands.mail.arrival import Arrival
from firstline.commands.mail.settling import locked
from firstline.core import rows
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.outbox.models import Letter

TOO_LARGE = "too_large"
_TOLD = "Its sender was told."
_MEGABYTE = 1024 * 1024


@transaction.atomic(savepoint=False)
def tell_sender(*, envelope_id: int, header: Inbound, size: int, now: datetime) -> Letter | None:
    """Queue the letter to the sender of a parked mail of which only the header is here; in the envelope it is noted.

    header   what its header says
    size     of the whole mail, in bytes
    returns  the letter; None where none may be sent, because a program, a list, we or a blocked sender wrote it, or
             where it was queued before
    """
    envelope = locked([envelope_id])[envelope_id]
    arrival = Arrival.of(envelope, header, now)
    if envelope.outcome != Envelope.Outcome.PARKED or _may_not_be_answered(arrival):
        return None
    person = senders.met(arrival).person
    facts = {
        "mailbox": envelope.mailbox_id, "desk": arrival.desk.pk, "answers": arrival.carrier_id or "",
        "size": -(-size // _MEGABYTE), "most": settings.MAIL_LIMIT // _MEGABYTE,
    }  # fmt: skip
    letter = notices.queue_answer(
        key=f"{TOO_LARGE}:{envelope_id}", kind=TOO_LARGE, person_id=person.pk, mail_from=arrival.desk.mail_from,
        facts=facts, now=now,
    )  # fmt: skip
    if letter is not None:
        envelope.person_id, envelope.why = person.pk, f"{envelope.why[: 299 - len(_TOLD)]} {_TOLD}"
        rows.change(envelope, "person_id", "why")
    return letter


def _may_not_be_answered(arrival: Arrival) -> bool:
    """Whether nobody must be written to: what makes a report of a mail server stands in the body, which is not here."""
    report = arrival.mail.header("content-type").strip().lower().startswith("multipart/report")
    if report or not arrival.sender_key or automatic.no_answer(arrival):
        return True
    return bool(automatic.ignore_own(arrival) or filtering.ignore_blocked(arrival))
