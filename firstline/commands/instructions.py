"""Ticking the steps of a service's instruction on a ticket, and taking a tick back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from firstline.commands.turn import Turn, helping
from firstline.core.instructions import queries
from firstline.core.instructions.models import Tick
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.services.models import InstructionVersion


class OtherVersion(Refused):
    """The ticket follows another version than the one on the screen."""


class AlreadyTicked(Refused):
    """Somebody has done the step; the text says who."""


class NotTicked(Refused):
    """The step is not ticked."""


@transaction.atomic
def tick_step(*, ticket_id: int, by_id: int, instruction_id: int, step: int, now: datetime) -> Tick:
    """Say that a step was done; from the first one on the ticket follows this version.

    instruction_id  the version whose steps were on the screen
    step            its place in that version, from 0
    raises          OtherVersion, AlreadyTicked, AlreadyClosed, NotThere, NotAllowed; then nothing is written
    """
    turn, version = _following(ticket_id, by_id, instruction_id, step, now)
    present = _ticks(turn, version, step).select_related("ticked_by").first()
    if present is not None:
        raise AlreadyTicked(_("%(who)s has done this step already."), who=str(present.ticked_by))
    tick = Tick.objects.create(
        ticket=turn.ticket, instruction=version, step=step, ticked_by_id=by_id, ticked_at=turn.moment
    )
    turn.tell("step ticked", {"instruction": version.pk, "version": version.version, "step": step})
    return tick


@transaction.atomic
def untick_step(*, ticket_id: int, by_id: int, instruction_id: int, step: int, now: datetime) -> Tick:
    """Take a tick back: the step was not done after all.

    Raises OtherVersion, NotTicked, AlreadyClosed, NotThere, NotAllowed; then nothing is written.
    """
    turn, version = _following(ticket_id, by_id, instruction_id, step, now)
    tick = _ticks(turn, version, step).first()
    if tick is None:
        raise NotTicked(_("This step is not ticked."))
    tick.unticked_by_id, tick.unticked_at = by_id, turn.moment
    tick.save(update_fields=["unticked_by", "unticked_at"])
    turn.tell("step unticked", {"instruction": version.pk, "version": version.version, "step": step})
    return tick


def _following(
    ticket_id: int, by_id: int, instruction_id: int, step: int, now: datetime
) -> tuple[Turn, InstructionVersion]:
    turn = helping(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    version = queries.followed(turn.ticket, now)
    if version is None or not 0 <= step < len(version.steps):
        raise NotThere(_("This ticket has no such step."))
    if version.pk != instruction_id:
        raise OtherVersion(_("The steps of this ticket have changed since you opened it; look again."))
    return turn, version


def _ticks(turn: Turn, version: InstructionVersion, step: int) -> QuerySet[Tick]:
    return Tick.objects.filter(ticket=turn.ticket, instruction=version, step=step, unticked_at=None)
