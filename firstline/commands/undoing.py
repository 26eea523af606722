"""Taking a reply or a solution back within some seconds: its letters wait so long, and nobody outside has read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from firstline.commands import clocks, notices, ownership, progress, searching
from firstline.commands.turn import Turn, helping
from firstline.core.journal import queries as journal
from firstline.core.journal.chain import instant
from firstline.core.journal.queries import Told
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.tickets import life
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.states import Audience, State


class TooLate(Refused):
    """What was said has left, or was read."""


@transaction.atomic
def undo_reply(*, message_id: int, by_id: int, now: datetime) -> Message:
    """Take back one's own reply to the requester within UNDO_SECONDS: it stays on record, seen by colleagues only.

    Its letters are withdrawn, and clocks that it had stopped run on as if it had never been. A solution that was told
    in the same breath is taken back with it.
    Raises TooLate, NotThere, NotAllowed; then nothing is written.
    """
    named = Message.objects.filter(pk=message_id).first()
    if named is None:
        raise NotThere(_("There is no such message."))
    turn = helping(named.ticket_id, by_id=by_id, now=now)
    message = Message.objects.get(pk=message_id)
    story = journal.told(turn.ticket.chain)
    said = next((each for each in story if each.kind == "replied" and each.facts["message"] == message_id), None)
    if said is None:
        raise NotThere(_("There is no such message."))
    after = story[story.index(said) + 1 : story.index(said) + 2]
    _take_back(turn, story, [said, *(each for each in after if each.kind == "resolved" and _one_breath(said, each))])
    message.refresh_from_db()
    return message


@transaction.atomic
def undo_resolution(*, ticket_id: int, by_id: int, now: datetime) -> Ticket:
    """Take back that one has solved a ticket, within UNDO_SECONDS, and the reply that was sent with it.

    It goes on as after a reopening, which is not counted: nobody outside was told.
    Raises TooLate, NotThere, NotAllowed; then nothing is written.
    """
    turn = helping(ticket_id, by_id=by_id, now=now)
    story = journal.told(turn.ticket.chain)
    solved = next((each for each in reversed(story) if each.kind == "resolved"), None)
    if solved is None:
        raise NotThere(_("There is no solution to take back."))
    before = story[: story.index(solved)][-1:]
    _take_back(
        turn, story, [*(each for each in before if each.kind == "replied" and _one_breath(each, solved)), solved]
    )
    return turn.ticket


def _one_breath(one: Told, other: Told) -> bool:
    """Whether both were done by one press of a button."""
    return (one.by_id, one.happened_at, one.recorded_at) == (other.by_id, other.happened_at, other.recorded_at)


def _take_back(turn: Turn, story: Sequence[Told], told: Sequence[Told]) -> None:
    """Take facts of one breath back, the last first; raises NotAllowed or TooLate before anything is written."""
    if any(each.by_id != turn.by_id for each in told):
        raise NotAllowed(_("Only who wrote a reply can take it back."))
    in_time = all(turn.now < each.recorded_at + timedelta(seconds=settings.UNDO_SECONDS) for each in told)
    if not (in_time and all(_stands(turn, each) for each in told) and _held_back(told, turn.now)):
        raise TooLate(_("This reply is on its way already; write another one to put it right."))
    for each in reversed(told):
        _UNDO[each.kind](turn, each, story)


def _stands(turn: Turn, told: Told) -> bool:
    """Whether nobody has taken it back yet, or gone on from there; what ends a major incident spreads at once."""
    if told.kind == "replied":
        return Message.objects.filter(pk=told.facts["message"], withdrawn_at=None).exists()
    return turn.ticket.state == State.RESOLVED and "major" not in told.facts


def _held_back(told: Iterable[Told], now: datetime) -> bool:
    return all(notices.take_back(entry_id=each.id, now=now) for each in told)


def _unsay(turn: Turn, told: Told, _story: Sequence[Told]) -> None:
    message_id = told.facts["message"]
    Message.objects.filter(pk=message_id).update(withdrawn_at=turn.moment)
    searching.forget([message_id])
    running = clocks.run_on(turn.ticket, told.facts.get("stopped", {}), told.happened_at)
    turn.tell("reply withdrawn", {"message": message_id, "answered_at": _answered_without(turn, told), **running})


def _unsolve(turn: Turn, told: Told, story: Sequence[Told]) -> None:
    before = life.replay(
        life.Fact(each.kind, each.by_id, each.happened_at, each.facts) for each in story[: story.index(told)]
    )
    running = clocks.run_on(turn.ticket, told.facts.get("stopped", {}), told.happened_at)
    ownership.begin_again(turn)
    progress.no_longer_due(turn)
    facts = {"of": told.seq, "resolution": before.resolution, "cause": before.cause}
    answered_at = instant(before.answered_at) if before.answered_at else None
    turn.tell("resolution withdrawn", {**facts, "answered_at": answered_at, **running})


_UNDO = {"replied": _unsay, "resolved": _unsolve}


def _answered_without(turn: Turn, told: Told) -> str | None:
    """Return when the ticket was answered first without this reply, as the journal holds instants."""
    at = turn.ticket.answered_at
    if at is None:
        return None
    said = turn.ticket.messages.filter(sent_at=at, withdrawn_at=None, audience=Audience.PUBLIC)
    return instant(at) if at < told.happened_at or said.exclude(author=turn.ticket.requester_id).exists() else None
