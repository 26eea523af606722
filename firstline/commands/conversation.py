"""What is said in a ticket: replies, notes, and what requesters add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from firstline.commands import blobs, clocks, searching
from firstline.commands import turn as turns
from firstline.commands.turn import Turn, asking, helping
from firstline.core import rows
from firstline.core.journal import contents
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Team
from firstline.core.sla.models import Clock
from firstline.core.tickets import queries
from firstline.core.tickets.models import Attachment, Message, Ticket
from firstline.core.tickets.states import WORKABLE, Audience, State

Kind = Clock.Kind
REMARKS = frozenset({"auto-reply came", "unproven wrote"})


class TicketClosed(Refused):
    """Nothing more can be said in a ticket closed for long; a new one has to be registered."""


@dataclass(frozen=True)
class File:
    """An attachment as it came: its name, what it says it is, and its bytes; how a mail's HTML names and shows it."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


@transaction.atomic
def reply(
    *, ticket_id: int, by_id: int, text: str, now: datetime, files: Sequence[File] = (), channel: str = "console",
    audience: str = Audience.PUBLIC, envelope_id: int | None = None, carrier_id: str | None = None,
) -> Message:  # fmt: skip
    """Answer the requester (or, with audience vendor, the vendor) as staff.

    A public reply stops the first-response and next-response clocks. The ticket's state stays.
    Raises NotThere, NotAllowed, BadInput, TicketClosed; then nothing is written.
    """
    turn = helping(ticket_id, by_id=by_id, now=now)
    if turn.ticket.state == State.CLOSED:
        raise TicketClosed(_("This ticket is closed; reopen it to answer in it."))
    if audience not in (Audience.PUBLIC, Audience.VENDOR):
        raise BadInput(_("A reply goes to the requester or to the vendor."), field="audience")
    message = _said(
        turn.ticket, by_id, written.body(text, field="text"), audience, channel, files, envelope_id, turn.moment, now,
        carrier_id=carrier_id,
    )  # fmt: skip
    public = audience == Audience.PUBLIC
    stopped = clocks.meet(turn.ticket, (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE), turn.moment) if public else {}
    turn.tell("replied" if public else "vendor written to", {**_facts(message), **stopped})
    return message


@transaction.atomic
def note(
    *, ticket_id: int, by_id: int, text: str, now: datetime, files: Sequence[File] = (), team_id: int | None = None,
    envelope_id: int | None = None,
) -> Message:  # fmt: skip
    """Write something for colleagues only; for one team's eyes if `team_id` names it. No clock stops.

    Raises NotThere, NotAllowed, BadInput; then nothing is written.
    """
    turn = helping(ticket_id, by_id=by_id, now=now)
    if team_id is not None and not Team.objects.filter(pk=team_id, desk_id=turn.ticket.desk_id).exists():
        raise NotThere(_("This desk has no such team."), field="team")
    audience = Audience.TEAM if team_id else Audience.INTERNAL
    checked = written.body(text, field="text")
    message = _said(turn.ticket, by_id, checked, audience, "console", files, envelope_id, turn.moment, now, team_id)
    turn.tell("noted", _facts(message))
    return message


def note_within(turn: Turn, *, text: str, author_id: int, files: Sequence[File]) -> Message:
    """Lay files before colleagues, inside a turn whose checks were made; see must_fit."""
    audience = Audience.INTERNAL
    message = _said(turn.ticket, author_id, text, audience, "console", files, None, turn.moment, turn.now)
    turn.tell("noted", _facts(message))
    return message


def must_fit(file: File, *, field: str = "files") -> None:
    """Raise BadInput if a file is larger than the desk takes, or its name cannot be kept."""
    limit: int = settings.ATTACHMENT_LIMIT
    if len(file.data) > limit:
        raise BadInput(
            _("%(name)s is larger than %(limit)d MB, the most that fits; please send it another way."),
            field=field, name=file.name[:80], limit=limit // (1024 * 1024),
        )  # fmt: skip
    written.line(file.name or "file", field=field, limit=255)


@transaction.atomic
def join(
    *, ticket_id: int, by_id: int, text: str, now: datetime, files: Sequence[File] = (), channel: str = "form",
    envelope_id: int | None = None, carrier_id: str | None = None, said_by_id: int | None = None,
    let_in: bool = False, arrived_at: datetime | None = None,
) -> Message:  # fmt: skip
    """Add what the requester or a participant says.

    said_by_id  whose words they are, if staff type them in: a call, a word in the corridor
    let_in      a signed token in the address they wrote to let them in, whoever they are
    arrived_at  when it arrived, if that was before it could be understood

    It wakes a ticket that waits on the requester, and starts the next-response clock. Saying something in a
    resolved ticket does not by itself reopen it: that is `progress.reopen`, which the caller may do first.
    Raises NotThere, NotAllowed, BadInput, TicketClosed; then nothing is written.
    """
    enter = turns.allowed if let_in else helping if said_by_id else asking
    turn = enter(ticket_id, by_id=by_id, now=now)
    turn.arrived(arrived_at)
    ticket, author_id = turn.ticket, said_by_id or by_id
    if not let_in and not queries.asked_by(author_id).filter(pk=ticket.pk).exists():
        if said_by_id:
            raise NotAllowed(_("That person neither asked for this ticket nor follows it; add them to it first."))
        raise NotAllowed(_("You may read this ticket; to write in it, ask to be added to it."))
    if ticket.state == State.CLOSED:
        raise TicketClosed(_("This ticket is closed. Please register a new request."))
    checked = written.body(text, field="text")
    message = _said(ticket, author_id, checked, Audience.PUBLIC, channel, files, envelope_id, turn.moment, now,
                    carrier_id=carrier_id)  # fmt: skip
    wakes = ticket.state == State.WAITING_REQUESTER
    running = clocks.resume(ticket, turn.moment) if wakes else {}
    if ticket.state in WORKABLE:
        running = _both(running, clocks.await_answer(ticket, turn.moment))
    said_by = {"said_by": said_by_id} if said_by_id else {}
    turn.tell("joined", {**_facts(message), "wakes": wakes, **said_by, **running})
    return message


def announce(turn: Turn, *, text: str, author_id: int, channel: str) -> tuple[Message, dict[str, Any]]:
    """Say something to those who asked, inside a turn whose checks were made; the response clocks stop.

    returns  the message, and what the fact should tell of it
    """
    message = _said(turn.ticket, author_id, text, Audience.PUBLIC, channel, (), None, turn.moment, turn.now)
    stopped = clocks.meet(turn.ticket, (Kind.FIRST_RESPONSE, Kind.NEXT_RESPONSE), turn.moment)
    return message, {**_facts(message), **stopped}


def tell_vendor(
    turn: Turn, *, text: str, author_id: int, files: Sequence[File] = (), channel: str = "console",
    envelope_id: int | None = None, carrier_id: str | None = None,
) -> tuple[Message, dict[str, Any]]:  # fmt: skip
    """Say something on the vendor line, inside a turn whose checks were made; returns it, and what the fact tells."""
    message = _said(
        turn.ticket, author_id, text, Audience.VENDOR, channel, files, envelope_id, turn.moment, turn.now,
        carrier_id=carrier_id,
    )  # fmt: skip
    return message, _facts(message)


@transaction.atomic
def remark(
    *, ticket_id: int, kind: str, author_id: int, text: str, now: datetime, files: Sequence[File] = (),
    envelope_id: int | None = None, carrier_id: str | None = None, arrived_at: datetime | None = None,
) -> Message:  # fmt: skip
    """Keep beside the conversation what a mail brought and nobody waits for: colleagues read it, nothing else moves.

    kind   "auto-reply came", or "unproven wrote" for a mail in the name of one who works on the ticket
    """
    if kind not in REMARKS:
        raise ValueError(f"{kind} is no remark")
    turn = turns.allowed(ticket_id, by_id=None, now=now)
    turn.arrived(arrived_at)
    checked = written.body(text, field="text")
    message = _said(
        turn.ticket, author_id, checked, Audience.INTERNAL, "email", files, envelope_id, turn.moment, now,
        carrier_id=carrier_id,
    )  # fmt: skip
    turn.tell(kind, {**_facts(message), "person": author_id})
    return message


def begin(
    ticket: Ticket, *, text: str, files: Sequence[File], carrier_id: str | None, envelope_id: int | None, now: datetime
) -> Message:
    """Keep the requester's words a ticket is registered with; part of `registration.register`."""
    author = ticket.requester_id
    return _said(
        ticket, author, text, Audience.PUBLIC, ticket.channel, files, envelope_id, now, now, heading=ticket.subject,
        carrier_id=carrier_id,
    )  # fmt: skip


def _said(
    ticket: Ticket, author_id: int, text: str, audience: str, channel: str, files: Sequence[File],
    envelope_id: int | None, moment: datetime, now: datetime, team_id: int | None = None, heading: str = "",
    carrier_id: str | None = None,
) -> Message:  # fmt: skip
    message = Message(
        ticket=ticket, author_id=author_id, audience=audience, team_id=team_id, channel=channel,
        content=contents.keep(text), sent_at=moment, recorded_at=now, envelope_id=envelope_id,
        carrier_id=carrier_id or None,
    )  # fmt: skip
    rows.add(message)
    searching.index([(message.pk, ticket.pk, f"{heading}\n{text}")])
    for file in files:
        _attach(message, file, now)
    return message


def _attach(message: Message, file: File, now: datetime) -> None:
    must_fit(file)
    name = written.line(file.name or "file", field="files", limit=255)
    Attachment.objects.create(
        message=message, blob_id=blobs.keep_bytes(file.data, now=now).digest, name=name,
        content_type=file.content_type[:120], content_id=file.content_id[:300], inline=file.inline,
    )  # fmt: skip


def _facts(message: Message) -> dict[str, Any]:
    files = list(message.attachments.values_list("blob_id", flat=True)) if message.pk else []
    facts: dict[str, Any] = {"message": message.pk, "text": message.content_id, "audience": message.audience}
    return {**facts, **({"files": files} if files else {}), **({"team": message.team_id} if message.team_id else {})}


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if "clocks" in one and "clocks" in other:
        return {**other, "clocks": {**one["clocks"], **other["clocks"]}}
    return {**one, **other}
