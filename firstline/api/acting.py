"""What is said and done in a ticket; every verb is a noun to which one posts."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext
from ninja.responses import Status
from pydantic import BaseModel, Field

from firstline.api import arriving, reach, shapes
from firstline.api.callers import Bearer, Caller, Http
from firstline.api.inputs import Body, BodyId, Code, Files, FilesByField, Flag, Long, Reason, Why, Words
from firstline.api.problems import or_problem
from firstline.api.routes import tickets
from firstline.commands import conversation, ownership, progress
from firstline.commands.duty import taking
from firstline.commands.intake import Outcome, Settled
from firstline.core.intake.models import Envelope
from firstline.core.people.tokens import REPLY, WORK
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.queries import involved_teams

MOVED = or_problem(shapes.Moved)
SAID = or_problem(shapes.Said, 201)


class NewReply(Body):
    """Words for the requester; from the requester, words for the desk."""

    text: Words
    audience: Literal["public", "vendor"] = Field("public", description="vendor: from staff to an outside vendor")
    files: Files = []


class NewNote(Body):
    """Words for colleagues only."""

    text: Words
    team: BodyId | None = Field(None, description="for this team's eyes only")
    files: Files = []


class HandOver(Body):
    """To whom a ticket is offered, and why."""

    team: BodyId
    why: Why = ""
    keep_control: Flag = Field(True, description="the steward goes on answering to the requester")
    filled: dict[str, Any] = Field({}, description="what the team asks of whoever hands over, by field")
    files: FilesByField = Field({}, description="the files that the team asks for, by field; colleagues see them")


class Because(Body):
    """Why."""

    why: Reason


class Resolution(Body):
    """What was done."""

    how: Long = Field(description="in words the requester may read")
    cause: Code = Field("", description="a cause code of the desk's")


class Next(BaseModel):
    """The ticket that was taken, or why there was none."""

    ticket: shapes.Moved | None
    code: str = Field("", description="nothing_to_take, away_now, off_shift, hands_full; empty when one was taken")
    why: str = Field("", description="in words, for the person")


@tickets.post("/tickets/{number}/replies", auth=Bearer(REPLY), response=SAID, operation_id="reply")
def reply(request: Http, number: int, body: NewReply, key: arriving.IdempotencyKey = "") -> Status[shapes.Said]:
    """Say something in a ticket: staff answer, those who asked add to it."""
    now = timezone.now()
    ticket = reach.seen(request.auth, number)
    say = conversation.reply if _helps(request.auth, ticket) else conversation.join

    def settle(envelope: Envelope) -> Settled:
        audience: dict[str, Any] = {"audience": body.audience} if say is conversation.reply else {}
        message: Message = say(
            ticket_id=ticket.pk, by_id=request.auth.person_id, text=body.text, now=now, channel="api",
            files=[file.opened() for file in body.files], envelope_id=envelope.pk, **audience,
        )  # fmt: skip
        return Settled(Outcome.JOINED, ticket.pk, message.pk)

    settled = arriving.keep(request, key=key, about=str(number), now=now, settle=settle, desk_id=ticket.desk_id)
    ticket.refresh_from_db(fields=["state"])
    duplicate = settled.outcome == Outcome.DUPLICATE
    said = shapes.Said(message=settled.message_id, number=ticket.number, state=ticket.state, duplicate=duplicate)
    return Status(200 if duplicate else 201, said)


@tickets.post("/tickets/{number}/notes", auth=Bearer(WORK), response=SAID, operation_id="note")
def note(request: Http, number: int, body: NewNote, key: arriving.IdempotencyKey = "") -> Status[shapes.Said]:
    """Write something for colleagues only."""
    now = timezone.now()
    ticket = reach.seen(request.auth, number)

    def settle(envelope: Envelope) -> Settled:
        message = conversation.note(
            ticket_id=ticket.pk, by_id=request.auth.person_id, text=body.text, now=now, team_id=body.team,
            files=[file.opened() for file in body.files],
        )  # fmt: skip
        return Settled(Outcome.JOINED, ticket.pk, message.pk)

    settled = arriving.keep(request, key=key, about=f"{number}n", now=now, settle=settle, desk_id=ticket.desk_id)
    duplicate = settled.outcome == Outcome.DUPLICATE
    said = shapes.Said(message=settled.message_id, number=ticket.number, state=ticket.state, duplicate=duplicate)
    return Status(200 if duplicate else 201, said)


@tickets.post("/tickets/{number}/take", auth=Bearer(WORK), response=MOVED, operation_id="take")
def take(request: Http, number: int) -> shapes.Moved:
    """Take a ticket that lies unclaimed with one of one's teams."""
    ticket = reach.seen(request.auth, number)
    ownership.take(ticket_id=ticket.pk, by_id=request.auth.person_id, now=timezone.now())
    return _moved(ticket)


@tickets.post("/queue/next", auth=Bearer(WORK), response=or_problem(Next), operation_id="take_next")
def take_next(request: Http) -> Next:
    """Take the most urgent ticket one may and can take; if there is none, the answer says why."""
    try:
        taken = taking.take_next(by_id=request.auth.person_id, now=timezone.now())
    except taking.NothingToTake as refusal:
        return Next(ticket=None, code=refusal.code, why=refusal.in_words(gettext))
    return Next(ticket=_moved(taken.ticket), code="", why="")


@tickets.post("/tickets/{number}/hand-over", auth=Bearer(WORK), response=MOVED, operation_id="hand_over")
def hand_over(request: Http, number: int, body: HandOver) -> shapes.Moved:
    """Offer a ticket to another team; control stays with its steward unless said otherwise."""
    ticket = reach.seen(request.auth, number)
    ownership.hand_over(
        ticket_id=ticket.pk, by_id=request.auth.person_id, to_team_id=body.team, why=body.why, now=timezone.now(),
        keep_control=body.keep_control, filled=body.filled,
        files={field: file.opened() for field, file in body.files.items()},
    )  # fmt: skip
    return _moved(ticket)


@tickets.post("/tickets/{number}/acceptance", auth=Bearer(WORK), response=MOVED, operation_id="accept")
def accept(request: Http, number: int) -> shapes.Moved:
    """Accept the offer made to one's team."""
    ticket = reach.seen(request.auth, number)
    ownership.accept(ticket_id=ticket.pk, by_id=request.auth.person_id, now=timezone.now())
    return _moved(ticket)


@tickets.post("/tickets/{number}/decline", auth=Bearer(WORK), response=MOVED, operation_id="decline")
def decline(request: Http, number: int, body: Because) -> shapes.Moved:
    """Decline the offer made to one's team, with a reason."""
    ticket = reach.seen(request.auth, number)
    ownership.decline(ticket_id=ticket.pk, by_id=request.auth.person_id, why=body.why, now=timezone.now())
    return _moved(ticket)


@tickets.post("/tickets/{number}/resolution", auth=Bearer(WORK), response=MOVED, operation_id="resolve")
def resolve(request: Http, number: int, body: Resolution) -> shapes.Moved:
    """Say that the need is met, and how; the requester is asked to confirm."""
    ticket = reach.seen(request.auth, number)
    progress.resolve(
        ticket_id=ticket.pk, by_id=request.auth.person_id, how=body.how, cause=body.cause, now=timezone.now()
    )
    return _moved(ticket)


@tickets.post("/tickets/{number}/confirmation", auth=Bearer(REPLY), response=MOVED, operation_id="confirm")
def confirm(request: Http, number: int) -> shapes.Moved:
    """Say, as one who asked, that it works: the ticket is closed."""
    ticket = reach.seen(request.auth, number)
    progress.confirm(ticket_id=ticket.pk, by_id=request.auth.person_id, now=timezone.now())
    return _moved(ticket)


@tickets.post("/tickets/{number}/reopening", auth=Bearer(REPLY), response=MOVED, operation_id="reopen")
def reopen(request: Http, number: int, body: Because) -> shapes.Moved:
    """Say that it is still broken: the ticket goes on where it was."""
    ticket = reach.seen(request.auth, number)
    progress.reopen(ticket_id=ticket.pk, by_id=request.auth.person_id, why=body.why, now=timezone.now())
    return _moved(ticket)


def _helps(caller: Caller, ticket: Ticket) -> bool:
    """Whether what the caller says is an answer: the requester's own words never are."""
    if ticket.requester_id == caller.person_id:
        return False
    return caller.scope.works_on(ticket.desk_id, involved_teams(ticket))


def _moved(ticket: Ticket) -> shapes.Moved:
    return shapes.Moved.of(Ticket.objects.get(pk=ticket.pk))
