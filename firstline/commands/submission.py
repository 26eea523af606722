"""What the portal's forms send: a request, or words for a request that is known; kept first, then settled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import blobs, conversation, intake, people, progress, registration
from firstline.commands.conversation import File
from firstline.commands.incidents import children
from firstline.commands.intake import Settled
from firstline.core.incidents.models import MajorIncident
from firstline.core.intake.models import Envelope
from firstline.core.people import contacts
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import desk_of
from firstline.core.tickets.states import State

Outcome = Envelope.Outcome


@dataclass(frozen=True)
class Guest:
    """Somebody without an account, as they named themselves."""

    name: str
    mail: str
    language: str


@dataclass(frozen=True)
class Form:
    """A request as the form brought it; `key` is the form's own, the same however often it is sent."""

    key: str
    desk_id: int
    service_id: int | None
    text: str
    answers: Mapping[str, Any]
    files: Sequence[File] = ()


def submit(*, form: Form, sender: int | Guest, now: datetime) -> Settled:
    """Register what a form asks, once; sent again, it answers with the ticket of the first time.

    sender   the signed-in person's id, or a guest
    raises   the refusals of registration and of `people.find_or_make_person`; the envelope is kept as refused then
    """

    def settle(envelope: Envelope) -> Settled:
        person_id = sender if isinstance(sender, int) else _met(sender, now)
        request = registration.Request(
            desk_id=form.desk_id, requester_id=person_id, text=form.text, channel="form", service_id=form.service_id,
            answers=form.answers, files=form.files,
        )  # fmt: skip
        ticket = registration.register(request=request, by_id=person_id, now=now, envelope_id=envelope.pk)
        return Settled(Outcome.REGISTERED, ticket.pk)

    told = {"desk": form.desk_id, "service": form.service_id, "text": form.text, "answers": dict(form.answers)}
    return _received(form.key, sender, told, form.files, settle, now, form.desk_id)


def me_too(*, key: str, major_id: int, sender: int | Guest, subject: str, text: str, now: datetime) -> Settled:
    """Join a known outage, once; sent again, or joined before, it answers with the ticket of the first time.

    subject, text  in the sender's language
    raises         the refusals of `children.me_too` and of `people.find_or_make_person`
    """

    def settle(envelope: Envelope) -> Settled:
        person_id = sender if isinstance(sender, int) else _met(sender, now)
        child = children.me_too(
            major_id=major_id, person_id=person_id, subject=subject, text=text, now=now, envelope_id=envelope.pk
        )
        return Settled(Outcome.REGISTERED if child.envelope_id == envelope.pk else Outcome.JOINED, child.pk)

    desk_id = MajorIncident.objects.filter(pk=major_id).values_list("ticket__desk_id", flat=True).first()
    return _received(key, sender, {"outage": major_id, "text": text}, (), settle, now, desk_id)


def answer(
    *, ticket_id: int, by_id: int, key: str, text: str, files: Sequence[File], now: datetime, still_broken: bool = False
) -> Settled:
    """Add a requester's words to a ticket, once; `still_broken` reopens it first if it is resolved or closed."""

    def settle(envelope: Envelope) -> Settled:
        done = Ticket.objects.filter(pk=ticket_id, state__in=(State.RESOLVED, State.CLOSED)).exists()
        if still_broken and done:
            progress.reopen(ticket_id=ticket_id, by_id=by_id, why="", now=now)
        message = conversation.join(
            ticket_id=ticket_id, by_id=by_id, text=text, files=files, channel="form", envelope_id=envelope.pk, now=now
        )
        return Settled(Outcome.JOINED, ticket_id, message.pk)

    told = {"ticket": ticket_id, "text": text, "still_broken": still_broken}
    return _received(key, by_id, told, files, settle, now, desk_of(ticket_id))


def _received(
    key: str, sender: int | Guest, told: dict[str, Any], files: Sequence[File],
    settle: Callable[[Envelope], Settled], now: datetime, desk_id: int | None,
) -> Settled:  # fmt: skip
    """Keep the files, then the envelope that names them, and settle it."""
    with transaction.atomic():
        kept = [{"name": file.name, "type": file.content_type, **_kept(file, now)} for file in files]
    guest = None if isinstance(sender, int) else {"name": sender.name, "mail": sender.mail}
    raw = json.dumps({**told, "guest": guest, "files": kept}).encode()
    return intake.receive(
        channel=Envelope.Channel.FORM, source_id=_source_id(key, sender), raw=raw,
        person_id=sender if isinstance(sender, int) else None, now=now, settle=settle, desk_id=desk_id,
    )  # fmt: skip


def _kept(file: File, now: datetime) -> dict[str, Any]:
    blob = blobs.keep_bytes(file.data, now=now)
    return {"size": blob.size, "sha256": blob.digest}


def _source_id(key: str, sender: int | Guest) -> str:
    # The sender is part of it: a stranger who learns a form's key must not be answered with its ticket.
    who = f"person {sender}" if isinstance(sender, int) else f"guest {contacts.mail_key(sender.mail)}"
    return hashlib.sha256(f"{who}\n{key}".encode()).hexdigest()


def _met(guest: Guest, now: datetime) -> int:
    found = people.find_or_make_person(name=guest.name, email=guest.mail, language=guest.language, by_id=None, now=now)
    return found.person.pk
