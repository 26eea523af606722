"""What staff write in the console: a reply, a note, or a reply that also waits or resolves; kept first, once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.commands import blobs, conversation, intake, progress, vendors
from firstline.commands.conversation import File
from firstline.commands.intake import Settled
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.tickets.models import Message
from firstline.core.tickets.queries import desk_of
from firstline.core.tickets.states import State

KINDS = ("reply", "note", "vendor")
THEN = ("", "wait", "resolve")


@dataclass(frozen=True)
class Answer:
    """What was written: for whom (one of KINDS), and what follows from it (one of THEN).

    key   the form's own, the same however often it is sent
    to    the mail address of the vendor it goes to, where it is for one
    """

    key: str
    kind: str
    text: str
    files: Sequence[File] = ()
    then: str = ""
    to: str = ""


def answer(*, ticket_id: int, by_id: int, given: Answer, now: datetime) -> Settled:
    """Add what staff wrote to a ticket, once, and let it wait or resolve it if that was asked.

    A reply that resolves and brings no files is the resolution itself: the requester gets one letter, not two.
    Raises the refusals of conversation.reply, conversation.note, progress.wait and progress.resolve.
    """
    if given.kind not in KINDS or given.then not in THEN or (given.kind != "reply" and given.then):
        raise BadInput(_("Write a reply or a note; only a reply can wait or resolve."), field="kind")

    def settle(envelope: Envelope) -> Settled:
        resolves = given.then == "resolve"
        message = None if resolves and not given.files else _said(ticket_id, by_id, given, envelope.pk, now)
        if given.then == "wait":
            progress.wait(ticket_id=ticket_id, by_id=by_id, on=State.WAITING_REQUESTER, why="", now=now)
        elif resolves:
            progress.resolve(ticket_id=ticket_id, by_id=by_id, how=given.text, now=now)
        return Settled(Envelope.Outcome.JOINED, ticket_id, message.pk if message else None)

    source_id = hashlib.sha256(f"person {by_id}\n{given.key}".encode()).hexdigest()
    return intake.receive(
        channel=Envelope.Channel.FORM, source_id=source_id, raw=_raw(ticket_id, given, now), person_id=by_id, now=now,
        settle=settle, desk_id=desk_of(ticket_id),
    )  # fmt: skip


def _said(ticket_id: int, by_id: int, given: Answer, envelope_id: int, now: datetime) -> Message:
    common: dict[str, Any] = {
        "ticket_id": ticket_id, "by_id": by_id, "text": given.text, "files": given.files, "envelope_id": envelope_id,
        "now": now,
    }  # fmt: skip
    if given.kind == "note":
        return conversation.note(**common)
    if given.kind == "vendor":
        return vendors.write_to_vendor(
            ticket_id=ticket_id, by_id=by_id, to=given.to, text=given.text, files=given.files, now=now
        )
    return conversation.reply(**common)


def _raw(ticket_id: int, given: Answer, now: datetime) -> bytes:
    files = [
        {"name": file.name, "type": file.content_type, "sha256": blobs.keep_bytes(file.data, now=now).digest}
        for file in given.files
    ]
    told = {"ticket": ticket_id, "kind": given.kind, "then": given.then, "files": files}
    if given.then == "resolve" and not given.files:
        # No message stands for it, by which redaction would find these words: its digest is enough.
        digest = hashlib.sha256(given.text.encode(errors="surrogatepass")).hexdigest()
        return json.dumps({**told, "sha256": digest}).encode()
    return json.dumps({**told, "text": given.text}).encode()
