"""What could not be understood or settled: parked where a human sees it, tried again as it is, ignored, read raw."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import founding
from firstline.commands.intake import UNDERSTAND
from firstline.core.intake import queries
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.core.kernel import written
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.outbox.owe import owe_each

Outcome = Envelope.Outcome
# So often is tried what fails for no reason that the mail itself gives; then a human looks.
TRIES = 3


class NotParked(Refused):
    """Only what is parked waits for somebody to decide."""


@transaction.atomic
def park(*, envelope_id: int, why: str, now: datetime) -> None:
    """Lay aside what cannot be understood, with the reason; what was settled meanwhile stays as it is."""
    envelope = _waiting(envelope_id)
    if envelope is not None:
        _put(envelope, Outcome.PARKED, why, now)


@transaction.atomic
def failed(*, envelope_id: int, why: str, now: datetime) -> bool:
    """Count a failure that may pass; after the third the envelope is parked. Return whether it is to be tried again."""
    envelope = _waiting(envelope_id)
    if envelope is None:
        return False
    envelope.attempts += 1
    envelope.save(update_fields=["attempts"])
    if envelope.attempts >= TRIES:
        _put(envelope, Outcome.PARKED, why, now)
    return envelope.outcome == Outcome.WAITING


@transaction.atomic
def retry(*, envelope_id: int, by_id: int | None, now: datetime) -> Envelope:
    """Let parked or ignored mail be understood anew from the very bytes that came. Raises NotParked, NotThere."""
    envelope = _parked(envelope_id, by_id, {Outcome.PARKED, Outcome.IGNORED})
    entry = _tell(envelope, "envelope retried", by_id, now)
    _put(envelope, Outcome.WAITING, "", None)
    owe_each(UNDERSTAND, {f"understand:{envelope.pk}:{entry}": {"envelope": envelope.pk}}, now=now)
    return envelope


@transaction.atomic
def ignore(*, envelope_id: int, why: str, by_id: int | None, now: datetime) -> Envelope:
    """Decide that nothing follows from what is parked; it can be read all the same. Raises NotParked, NotThere."""
    reason = written.line(why, field="why", limit=200)
    envelope = _parked(envelope_id, by_id)
    _tell(envelope, "envelope ignored", by_id, now, why=founding.digest(reason))
    _put(envelope, Outcome.IGNORED, reason, now)
    return envelope


@transaction.atomic
def read_raw(*, envelope_id: int, by_id: int | None, now: datetime) -> bytes:
    """Return what came, byte for byte, and note who read it. Raises NotThere, also for bytes that were erased."""
    envelope = _locked(envelope_id, by_id)
    try:
        raw = bytes_of(envelope.blob)
    except FileNotFoundError as error:
        raise NotThere(_("What came here was erased.")) from error
    _tell(envelope, "envelope read", by_id, now)
    return raw


def _waiting(envelope_id: int) -> Envelope | None:
    return Envelope.objects.select_for_update().filter(pk=envelope_id, outcome=Outcome.WAITING).first()


def _locked(envelope_id: int, by_id: int | None) -> Envelope:
    may_see = queries.within(Envelope.objects.filter(pk=envelope_id), founding.scope(by_id))
    envelope = may_see.select_for_update(of=("self",)).first()
    if envelope is None:
        raise NotThere(_("There is no such mail."))
    return envelope


def _parked(envelope_id: int, by_id: int | None, among: Container[str] = (Outcome.PARKED,)) -> Envelope:
    envelope = _locked(envelope_id, by_id)
    if envelope.outcome not in among:
        raise NotParked(_("This mail is not parked; somebody was faster."))
    return envelope


def _put(envelope: Envelope, outcome: str, why: str, settled_at: datetime | None) -> None:
    envelope.outcome, envelope.why, envelope.settled_at = outcome, why[:300], settled_at
    if outcome == Outcome.WAITING:
        envelope.attempts = 0
    envelope.save(update_fields=["outcome", "why", "settled_at", "attempts"])


def _tell(envelope: Envelope, kind: str, by_id: int | None, now: datetime, **facts: Any) -> int:
    return founding.tell(f"envelope:{envelope.pk}", kind, by_id=by_id, now=now, facts=facts).pk
