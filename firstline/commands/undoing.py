"""Taking a reply back within some seconds: its letters wait so long, and nobody outside has read it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from firstline.commands import clocks, notices, searching
from firstline.commands.turn import Turn, helping
from firstline.core.journal import queries as journal
from firstline.core.journal.chain import instant
from firstline.core.journal.queries import Told
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.tickets.models import Message


class TooLate(Refused):
    """The reply has left, or was read."""


@transaction.atomic
def undo_reply(*, message_id: int, by_id: int, now: datetime) -> Message:
    """Take back one's own reply to the requester within UNDO_SECONDS: it stays on record, seen by colleagues only.

    Its letters are withdrawn, and clocks that it had stopped run on as if it had never been.
    Raises TooLate, NotThere, NotAllowed; then nothing is written.
    """
    named = Message.objects.filter(pk=message_id).first()
    if named is None:
        raise NotThere(_("There is no such message."))
    turn = helping(named.ticket_id, by_id=by_id, now=now)
    message = Message.objects.get(pk=message_id)
    told = _told(turn, message)
    if message.author_id != by_id:
        raise NotAllowed(_("Only who wrote a reply can take it back."))
    in_time = now < told.recorded_at + timedelta(seconds=settings.UNDO_SECONDS)
    if message.withdrawn_at is not None or not in_time or not notices.take_back(entry_id=told.id, now=now):
        raise TooLate(_("This reply is on its way already; write another one to put it right."))
    message.withdrawn_at = turn.moment
    message.save(update_fields=["withdrawn_at"])
    searching.forget([message.pk])
    running = clocks.run_on(turn.ticket, told.facts.get("stopped", {}), told.happened_at)
    turn.tell("reply withdrawn", {"message": message.pk, "answered_at": _answered_before(turn, told), **running})
    return message


def _told(turn: Turn, message: Message) -> Told:
    """Return the fact that told of the reply; raises NotThere where the message is none."""
    story = journal.told(turn.ticket.chain)
    told = next((each for each in story if each.kind == "replied" and each.facts["message"] == message.pk), None)
    if told is None:
        raise NotThere(_("There is no such message."))
    return told


def _answered_before(turn: Turn, told: Told) -> str | None:
    """Return when the ticket was answered first without this reply, as the journal holds instants."""
    at = turn.ticket.answered_at
    if at is None:
        return None
    earlier = turn.ticket.messages.filter(pk__lt=told.facts["message"], sent_at=at, withdrawn_at=None)
    return instant(at) if at < told.happened_at or earlier.exclude(author=turn.ticket.requester_id).exists() else None
