"""Gives out what lies unclaimed with a team that does not pull: in turn, or to whoever has the least in hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from firstline.commands import ownership
from firstline.core.duty import queries as duty
from firstline.core.duty.fitness import Able
from firstline.core.duty.models import Need, Practice
from firstline.core.ownership.models import Holding
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State

Mode = Practice.Mode


@transaction.atomic
def give_out(*, ticket_id: int, now: datetime) -> Holding | None:
    """Give a ticket to a member of the team it lies with, or is offered to, as the team's practice says.

    To somebody who is here, on shift, has room, and has the skills, language and site it needs; accepting an offer
    for them. Returns None, and writes nothing, where the team pulls, somebody has it, or nobody can take it now.
    """
    if not duty.gives_out():
        return None
    ticket = Ticket.objects.select_related("requester").filter(pk=ticket_id, state__in=(State.NEW, State.OPEN)).first()
    if ticket is None or (ticket.assignee_id and ticket.offered_to_id is None):
        return None
    team_id = ticket.offered_to_id or ticket.team_id or 0
    # The lock of whose turn it is: two tickets given out at once do not go to one person.
    practice = Practice.objects.select_for_update().filter(pk=team_id).exclude(mode=Mode.PULL).first()
    to_id = _chosen(practice, ticket, now) if practice else None
    if practice is None or to_id is None:
        return None
    if ticket.offered_to_id:
        given = ownership.accept(ticket_id=ticket_id, by_id=None, for_id=to_id, now=now)
    else:
        given = ownership.assign(ticket_id=ticket_id, by_id=None, to_id=to_id, now=now, why=practice.mode)
    practice.last_given_id = to_id
    practice.save(update_fields=["last_given"])
    return given


def _chosen(practice: Practice, ticket: Ticket, now: datetime) -> int | None:
    members = duty.members(practice.team_id)
    able, loads = duty.able(members), duty.loads(members)
    needs = _needs(practice.team_id, ticket.service_id)
    fitting = [pk for pk in duty.here(practice.team_id, members, now) if _fits(able[pk], loads[pk], ticket, needs)]
    if practice.mode == Mode.LEAST_LOADED:
        return min(fitting, key=lambda pk: (loads[pk], members.index(pk)), default=None)
    return _in_turn(members, fitting, practice.last_given_id)


def _in_turn(members: Sequence[int], fitting: Sequence[int], last: int | None) -> int | None:
    """Return the first who fits after the one who was given to last, round the team."""
    at = members.index(last) + 1 if last in members else 0
    return next((pk for pk in [*members[at:], *members[:at]] if pk in fitting), None)


def _needs(team_id: int, service_id: int | None) -> list[Need]:
    needs = list(Need.objects.filter(team_id=team_id))
    return needs + list(Need.objects.filter(service_id=service_id)) if service_id else needs


def _fits(who: Able, load: int, ticket: Ticket, needs: Sequence[Need]) -> bool:
    return (
        who.has_room(load)
        and who.goes_to(ticket.site_id)
        and who.speaks({ticket.requester.language})
        and all(who.meets(skills=need.skills, languages=need.languages) for need in needs)
    )
