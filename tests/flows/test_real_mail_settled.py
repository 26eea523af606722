"""All the real mail there is, settled on one desk: each has an outcome, none is doubled, no bounce is answered."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand
from firstline.channels.email.source import source_id
from firstline.commands import blobs, parked
from firstline.commands.mail import settle
from firstline.core.intake.models import Envelope
from firstline.core.outbox.models import Job, Letter
from firstline.core.tickets.models import Message, Ticket
from firstline.worker import reactions
from tests import world
from tests.commands.mail.posting import mailbox

pytestmark = pytest.mark.django_db
Outcome = Envelope.Outcome


def _kept(raw: bytes) -> tuple[Envelope, bool]:
    box = mailbox()
    blob = blobs.keep_bytes(raw, now=world.NINE)
    return Envelope.objects.get_or_create(
        channel="email", source_id=source_id(raw, box.key),
        defaults={"blob": blob, "mailbox": box, "recipient": box.address, "received_at": world.NINE},
    )  # fmt: skip


def _settled(raw: bytes) -> Envelope:
    """Keep a mail and settle it, as the worker does."""
    envelope, fresh = _kept(raw)
    try:
        mail = understand(raw)
    except TooMuch as much:
        parked.park(envelope_id=envelope.pk, why=str(much), now=world.NINE)
    else:
        settle(envelope_id=envelope.pk, mail=mail, now=world.NINE)
    assert fresh or envelope.outcome != Outcome.WAITING
    return Envelope.objects.get(pk=envelope.pk)


def test_every_real_mail_has_an_outcome_once_and_no_bounce_is_answered(shared_data: Path, settings: object):
    settings.MAIL_REQUESTS_PER_HOUR = 10_000  # type: ignore[attr-defined]
    files = sorted(path for path in (shared_data / "mail").rglob("*") if path.suffix in (".eml", ".box"))
    world.front()

    outcomes = {path: _settled(path.read_bytes()).outcome for path in files}
    counted = Counter(Envelope.objects.values_list("outcome", flat=True))
    tickets, messages = Ticket.objects.count(), Message.objects.count()
    for path in files[:: max(1, len(files) // 60)]:
        assert _settled(path.read_bytes()).outcome == outcomes[path]

    assert Outcome.WAITING not in counted
    assert Outcome.REFUSED not in counted
    assert (Ticket.objects.count(), Message.objects.count()) == (tickets, messages)
    why = Counter(Envelope.objects.filter(outcome=Outcome.PARKED).values_list("why", flat=True))
    assert sum(why.values()) <= len(files) // 50, why
    _nothing_answers_bounces([path for path in files if "sisimai" in path.parts])


def _nothing_answers_bounces(bounces: list[Path]) -> None:
    for job in Job.objects.filter(kind="firstline.worker.reactions.react"):
        reactions.react.call(**job.payload)
    ids = [source_id(path.read_bytes(), mailbox().key) for path in bounces]
    settled = Envelope.objects.filter(source_id__in=ids, outcome=Outcome.REGISTERED)
    answered = Letter.objects.filter(kind="registered", ticket_id__in=settled.values_list("ticket_id", flat=True))
    assert not answered.exists()
