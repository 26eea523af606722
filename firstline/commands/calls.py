"""What staff take down for somebody who called, came by or met them in the corridor: kept first, then settled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import blobs, conversation, intake, people, progress, registration
from firstline.commands.conversation import File
from firstline.commands.intake import Settled
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.queries import known_to
from firstline.core.people.rights import scope_of
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import desk_of
from firstline.core.tickets.states import DONE

Outcome = Envelope.Outcome
CHANNELS = (Envelope.Channel.PHONE, Envelope.Channel.WALK_IN, Envelope.Channel.CORRIDOR)


@dataclass(frozen=True)
class Newcomer:
    """Somebody the desk does not know yet, as they named themselves."""

    name: str
    phone: str = ""
    mail: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Call:
    """What was said and how; `key` is the form's own, the same however often it is sent.

    caller   the id of a person known to whoever writes it down, or a newcomer
    take     whoever writes it down takes it
    how      what was done, if it was solved while they were still there; None if not
    """

    key: str
    channel: str
    desk_id: int
    caller: int | Newcomer
    text: str
    subject: str = ""
    service_id: int | None = None
    category_id: int | None = None
    impact: int | None = None
    urgency: int | None = None
    answers: Mapping[str, Any] | None = None
    take: bool = False
    how: str | None = None
    cause: str = ""
    files: Sequence[File] = ()


def register(*, call: Call, by_id: int, now: datetime) -> Settled:
    """Register a call, once; sent again, it answers with the ticket of the first time.

    Raises the refusals of registration and of `people.find_or_make_person`; the envelope is kept as refused then.
    """

    def settle(envelope: Envelope) -> Settled:
        request = registration.Request(
            desk_id=call.desk_id, requester_id=_caller(call.caller, by_id, now), text=call.text, subject=call.subject,
            channel=call.channel, service_id=call.service_id, category_id=call.category_id, impact=call.impact,
            urgency=call.urgency, answers=call.answers, files=call.files,
        )  # fmt: skip
        common: dict[str, Any] = {"request": request, "by_id": by_id, "now": now, "envelope_id": envelope.pk}
        if call.how is not None:
            ticket = registration.register_resolved(**common, how=call.how, cause=call.cause)
        else:
            ticket = registration.register(**common, take=call.take)
        return Settled(Outcome.REGISTERED, ticket.pk)

    told = asdict(replace(call, files=()))
    return _received(call.channel, call.key, told, call.files, by_id, settle, now, call.desk_id)


def add(*, ticket_id: int, caller_id: int, key: str, channel: str, text: str, by_id: int, now: datetime) -> Settled:
    """Add a caller's words to a ticket they asked for, once; one that was resolved or closed is opened again first.

    Raises the refusals of `conversation.join` and `progress.reopen`; the envelope is kept as refused then.
    """

    def settle(envelope: Envelope) -> Settled:
        if Ticket.objects.filter(pk=ticket_id, state__in=DONE).exists():
            progress.reopen(ticket_id=ticket_id, by_id=by_id, why="", now=now)
        message = conversation.join(
            ticket_id=ticket_id, by_id=by_id, said_by_id=_caller(caller_id, by_id, now), text=text, channel=channel,
            envelope_id=envelope.pk, now=now,
        )  # fmt: skip
        return Settled(Outcome.JOINED, ticket_id, message.pk)

    told = {"ticket": ticket_id, "caller": caller_id, "text": text}
    return _received(channel, key, told, (), by_id, settle, now, desk_of(ticket_id))


def _caller(caller: int | Newcomer, by_id: int, now: datetime) -> int:
    if isinstance(caller, Newcomer):
        found = people.find_or_make_person(
            name=caller.name, phone=caller.phone, email=caller.mail, language=caller.language, by_id=by_id, now=now
        )
        return found.person.pk
    if not known_to(scope_of(by_id)).filter(pk=caller).exists():
        raise NotThere(_("There is no such person."), field="who")
    return caller


def _received(
    channel: str, key: str, told: dict[str, Any], files: Sequence[File], by_id: int,
    settle: Callable[[Envelope], Settled], now: datetime, desk_id: int | None,
) -> Settled:  # fmt: skip
    if channel not in CHANNELS:
        raise BadInput(_("Did they call, come by, or speak to you in the corridor?"), field="channel")
    with transaction.atomic():
        kept = [{"name": file.name, "blob": blobs.keep_bytes(file.data, now=now).digest} for file in files]
    # Whoever typed it is part of the mark: a stranger who learns a form's key is not answered with its ticket.
    source_id = hashlib.sha256(f"person {by_id}\n{key}".encode()).hexdigest()
    raw = json.dumps({**told, "files": kept}, default=str).encode()
    return intake.receive(
        channel=channel, source_id=source_id, raw=raw, person_id=by_id, now=now, settle=settle, desk_id=desk_id
    )
