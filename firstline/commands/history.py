"""Brings another desk's history in as tickets, with the times and the order it had; marked imported."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from firstline.commands import blobs, chronicle, figures, searching
from firstline.commands.labels import Labels
from firstline.core import rows
from firstline.core.intake.models import Envelope, Origin
from firstline.core.journal.models import Entry
from firstline.core.people.models import Desk
from firstline.core.tickets.models import Message, Reported, Ticket
from firstline.core.tickets.recorded import Case


@dataclass(frozen=True)
class Brought:
    """What one batch added: tickets, and rows of the log that tell of them."""

    tickets: int
    events: int


@transaction.atomic
def keep_log(*, raw: bytes, source: str, now: datetime) -> Envelope:
    """Keep the file as it came, byte for byte, before anything of it is understood; the same file once."""
    blob = blobs.keep_bytes(raw, now=now)
    return Envelope.objects.get_or_create(
        channel=Envelope.Channel.IMPORT,
        source_id=f"{source[:100]}/{hashlib.sha256(raw).hexdigest()}",
        defaults={"blob_id": blob.pk, "received_at": now},
    )[0]


@transaction.atomic
def settle_log(*, envelope_id: int, why: str, now: datetime) -> None:
    """Say that all cases of a kept log stand as tickets."""
    Envelope.objects.filter(pk=envelope_id).update(outcome=Envelope.Outcome.REGISTERED, why=why[:300], settled_at=now)


def brought_in(source: str) -> dict[str, int]:
    """Return the cases of a source that stand already, each with the number of its rows."""
    return dict(Reported.objects.filter(source=source).values_list("external_id", "events"))


@transaction.atomic
def bring_in(*, labels: Labels, cases: Sequence[Case], envelope_id: int | None, now: datetime) -> Brought:
    """Bring a batch of cases in, wholly or not at all; those that stand already are passed over.

    Every row becomes an entry in the chain of its ticket, at the time it had. What no rule of ours allows is
    written as it was, with its flags. No notices are owed, and no promises are made for what is past.
    """
    # One import at a time: the second waits here, then finds what the first has brought.
    Desk.objects.select_for_update(no_key=True).get(pk=labels.desk.pk)
    known = Origin.objects.filter(
        source=labels.source, kind=Origin.Kind.TICKET, external_id__in=[case.external_id for case in cases]
    )
    standing = set(known.values_list("external_id", flat=True))
    new = [case for case in cases if case.external_id not in standing]
    if new:
        labels.prepare(new, now)
        _write([chronicle.told(case, labels) for case in new], labels, envelope_id, now)
    return Brought(len(new), sum(len(case.happenings) for case in new))


def _write(tales: Sequence[chronicle.Tale], labels: Labels, envelope_id: int | None, now: datetime) -> None:
    """Insert everything the tales say, table by table."""
    for tale, ticket_id in zip(tales, rows.reserve(Ticket, len(tales)), strict=True):
        tale.ticket.pk, tale.ticket.envelope_id = ticket_id, envelope_id
    rows.insert([tale.ticket for tale in tales])
    rows.insert(
        [
            Origin(
                source=labels.source, kind=Origin.Kind.TICKET, external_id=tale.case.external_id, row_id=tale.ticket.pk
            )
            for tale in tales
        ]
    )
    _say(tales, envelope_id, now)
    entries = (entry for tale in tales for entry in tale.entries(now))
    rows.write(Entry, rows.fields_of(Entry, *chronicle.ENTRY), entries)
    rows.insert([row for tale in tales for row in tale.holdings()])
    rows.insert([row for tale in tales for row in tale.pauses()])
    rows.insert([row for tale in tales for row in tale.places()])
    rows.insert([tale.reported(labels.source) for tale in tales])
    figures.remember(list(dict.fromkeys(tale.path for tale in tales)))
    rows.insert([tale.figures(labels) for tale in tales])


def _say(tales: Sequence[chronicle.Tale], envelope_id: int | None, now: datetime) -> None:
    """Write the first message of each ticket: the description made of the log's labels."""
    rows.insert([tale.content for tale in tales])
    for tale, message_id in zip(tales, rows.reserve(Message, len(tales)), strict=True):
        tale.message_id = message_id
    rows.insert([tale.message(envelope_id, now) for tale in tales])
    searching.index([(tale.message_id, tale.ticket.pk, f"{tale.case.subject}\n{tale.case.text}") for tale in tales])
