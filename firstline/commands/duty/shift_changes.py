"""The change of shift of a desk that follows the sun: the awake first line accepts what the other lays before it."""

from __future__ import annotations

from datetime import datetime
from itertools import cycle

from django.db import transaction

from firstline.commands import ownership, team_clocks
from firstline.commands.turn import Turn, working
from firstline.core.duty import fronts
from firstline.core.duty import queries as duty
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.ownership import queries as holdings
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Team
from firstline.core.people.rights import scope_of

# So many in one step, most urgent first; the rest are laid before the team for the next step.
AT_ONCE = 200


class NothingHandedOver(Refused):
    """No first line of the desk lays anything before this one now."""


@transaction.atomic
def accept_list(*, team_id: int, by_id: int, now: datetime) -> list[int]:
    """Take over what the first lines that close, or have closed, still answer for; told ticket by ticket.

    The tickets are dealt round among those of the team who are here. What lay unclaimed lies unclaimed with this
    team; offers, tasks and every clock of a promise run on. Returns the tickets, most urgent first.
    Raises NothingHandedOver, NotThere, NotAllowed; then nothing is written.
    """
    team = Team.objects.select_related("desk").filter(pk=team_id, line=1, ended_at=None).first()
    if team is None:
        raise NotThere(_("There is no such team."), field="team")
    if team_id not in scope_of(by_id).teams:
        raise NotAllowed(_("Only those who work in this team accept its shift."))
    ids = list(fronts.changing(team.desk, team, now).values_list("ticket_id", flat=True)[:AT_ONCE])
    if not ids:
        raise NothingHandedOver(_("Nothing is handed over to this team now."))
    present = duty.here(team_id, duty.members(team_id), now)
    dealt = dict(zip(ids, cycle(present or [by_id]), strict=False))
    # Locked lowest first, as everywhere; dealt by urgency.
    for ticket_id in sorted(ids):
        _pass_on(working(ticket_id, by_id=by_id, now=now), team_id, dealt[ticket_id])
    return ids


def _pass_on(turn: Turn, to_id: int, person_id: int) -> None:
    ticket = turn.ticket
    facts = {"from": ticket.steward_team_id, "to": to_id, "person_id": person_id, "from_person": ticket.steward_id}
    moves = ticket.team_id == ticket.steward_team_id
    begun = _move(turn, to_id, person_id if ticket.assignee_id else None) if moves else {}
    turn.tell("shift accepted", {**facts, "moves": moves, "taken": bool(moves and ticket.assignee_id), **begun})


def _move(turn: Turn, to_id: int, person_id: int | None) -> dict[str, object]:
    """Let the new shift's team carry what the former one carried itself, taken or unclaimed as it was."""
    ticket, at = turn.ticket, turn.moment
    held = holdings.current(ticket.pk)
    former = held or holdings.offer(ticket.pk)
    if former is not None:
        ownership.finish(former, Holding.Ending.SHIFT, turn.by_id, at)
    made = Holding.objects.create(
        ticket=ticket, team_id=to_id, person_id=person_id, offered_at=at, offered_by_id=turn.by_id,
        accepted_at=at if held else None,
    )  # fmt: skip
    return {"holding": made.pk, **(team_clocks.accepted(made, at) if held else {})}
