"""Whoever leaves, is absent or ends a shift keeps no ticket: the duty list inherits, on record."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from firstline.commands import ownership
from firstline.commands.turn import Turn, working
from firstline.core.duty import leaving
from firstline.core.kernel.refusals import Refused, _
from firstline.core.ownership import queries as holdings
from firstline.core.ownership.models import Holding, QueuePlace
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE

WHYS = (leaving.ABSENT, leaving.SHIFT_ENDED, leaving.LEFT)


class NotTheirs(Refused):
    """The person neither answers for the ticket nor holds it."""


@transaction.atomic
def inherit(*, ticket_id: int, gone_id: int, why: str, now: datetime) -> Ticket:
    """Pass on what somebody who is gone answers for and holds, by the desk itself.

    The steward's place goes to the duty list's next (leaving.heir); who left for good is followed even by somebody
    who is not here now, or, where the team has nobody left, by the team itself. A ticket they held goes to the heir
    who works in that team, else it lies unclaimed there again, for whoever takes or is given it next.

    why     one of WHYS
    raises  NotTheirs; then nothing is written. Where nobody is here to inherit, nothing is written either.
    """
    turn = working(ticket_id, by_id=None, now=now)
    ticket = turn.ticket
    answers, holds = ticket.steward_id == gone_id, ticket.assignee_id == gone_id
    if ticket.state in DONE or not (answers or holds):
        raise NotTheirs(_("That person neither answers for this ticket nor has it."))
    for_good = why == leaving.LEFT
    if answers and ticket.steward_team_id and not _stays(gone_id, ticket.steward_team_id, for_good):
        _replace_steward(turn, gone_id, why, for_good)
    if holds and ticket.team_id and not _stays(gone_id, ticket.team_id, for_good):
        _pass_on(ticket, gone_id, why, now, for_good)
    ticket.refresh_from_db()
    return ticket


@transaction.atomic
def put_back(*, ticket_id: int, why: str, now: datetime) -> Holding:
    """Let a ticket lie unclaimed with its team again, because whoever had it is gone; by the desk itself."""
    turn = working(ticket_id, by_id=None, now=now)
    turn.must_be_open()
    held = holdings.current(ticket_id)
    if held is None or held.person_id is None:
        raise ownership.NotHeld(_("Nobody has taken this ticket yet."))
    facts = {"person_id": held.person_id, "team_id": held.team_id, "holding": held.pk, "because": why}
    held.person_id = None
    held.save(update_fields=["person"])
    turn.tell("put back", facts)
    return held


def leave_team(person_id: int, team_id: int, now: datetime) -> None:
    """Pass on what somebody who works in a team no more has of it; inside the command that ends their role."""
    if leaving.works_there(person_id, team_id):
        return
    theirs = Q(steward_id=person_id, ticket__steward_team_id=team_id) | Q(assignee_id=person_id, team_id=team_id)
    carried = QueuePlace.objects.filter(theirs, part=QueuePlace.Part.CARRIES)
    for ticket_id in sorted(carried.values_list("ticket_id", flat=True)):
        inherit(ticket_id=ticket_id, gone_id=person_id, why=leaving.LEFT, now=now)


def after_reopening(ticket: Ticket, now: datetime) -> None:
    """Give a ticket that goes on somebody who answers for it, if its steward or holder left while it was done."""
    if ticket.imported:
        return
    owners = ((ticket.steward_id, ticket.steward_team_id), (ticket.assignee_id, ticket.team_id))
    gone = dict.fromkeys(pk for pk, team_id in owners if pk and not leaving.works_there(pk, team_id))
    for person_id in gone:
        inherit(ticket_id=ticket.pk, gone_id=person_id, why=leaving.LEFT, now=now)
    if gone:
        ticket.refresh_from_db()


def _stays(person_id: int, team_id: int, for_good: bool) -> bool:
    """Whether somebody who left for good left another team than this one."""
    return for_good and leaving.works_there(person_id, team_id)


def _replace_steward(turn: Turn, gone_id: int, why: str, for_good: bool) -> None:
    team_id = turn.ticket.steward_team_id or 0
    heir = leaving.heir(team_id, gone_id, turn.moment, anyone=for_good)
    if heir is None and not for_good:
        return
    turn.tell("steward changed", {"person_id": heir, "team_id": team_id, "from_person": gone_id, "because": why})


def _pass_on(ticket: Ticket, gone_id: int, why: str, now: datetime, for_good: bool) -> None:
    team_id = ticket.team_id or 0
    steward = ticket.steward_id if ticket.steward_id != gone_id else None
    if steward and leaving.works_there(steward, team_id):
        ownership.assign(ticket_id=ticket.pk, by_id=None, to_id=steward, now=now, why=why)
        return
    if for_good or leaving.heir(team_id, gone_id, now, anyone=False):
        put_back(ticket_id=ticket.pk, why=why, now=now)
