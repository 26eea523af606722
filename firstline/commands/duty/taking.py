"""Who takes next: the most urgent ticket a person may and can take, given to them and to nobody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import ownership
from firstline.core.duty import next_up
from firstline.core.duty import queries as duty
from firstline.core.duty.fitness import Able
from firstline.core.kernel.refusals import Refused, _
from firstline.core.ownership.models import Holding
from firstline.core.people.rights import scope_of

# How many of the most urgent are looked at before somebody else's takings make us look again.
AT_ONCE = 16
TRIES = 4


class NothingToTake(Refused):
    """There is nothing for this person to take now; the text says why."""


class AwayNow(NothingToTake):
    """They said that they are not here."""


class OffShift(NothingToTake):
    """Their teams keep a rota, and it does not have them now."""


class HandsFull(NothingToTake):
    """They hold as much as they can carry."""


@transaction.atomic
def take_next(*, by_id: int, now: datetime) -> Holding:
    """Take the most urgent ticket that lies unclaimed with one of one's teams or is offered to one of them.

    In the order of the queue (docs/features/order.md), among what one's shift, capacity, skills, languages and site
    allow. Whatever somebody else is acting on at this very moment is passed over, never waited for.
    Raises NothingToTake, AwayNow, OffShift, HandsFull; then nothing is written.
    """
    # Held until the end: two takings of one person cannot both find the same last room.
    who = duty.able_and_locked(by_id)
    reach = _reach(who, now)
    for attempt in range(1, TRIES + 1):
        found = next_up.order(reach, AT_ONCE * attempt)
        if not found:
            raise _nothing(reach)
        free = next_up.first_free(found, reach.teams)
        if free is not None:
            answer = ownership.take if free.unclaimed else ownership.accept
            return answer(ticket_id=free.ticket_id, by_id=by_id, now=now)
    raise NothingToTake(_("Others are taking everything at this moment; try again."))


def _reach(who: Able, now: datetime) -> next_up.Reach:
    person_id = who.person_id
    teams = scope_of(person_id).teams
    if not teams:
        raise NothingToTake(_("You work on no team, so there is nothing for you to take."))
    if duty.absence_of(person_id, now):
        raise AwayNow(_("You said that you are away; say that you are back, and then take."))
    teams = _on_duty(person_id, teams, now)
    _must_have_room(who)
    return next_up.Reach(who, teams, duty.unmet(who))


def _on_duty(person_id: int, teams: frozenset[int], now: datetime) -> frozenset[int]:
    """Return those teams for which the person works now: without a rota always, with one while on shift."""
    by_rota = duty.by_rota(teams)
    if not by_rota:
        return teams
    on = {team_id for team_id, people in duty.on_shift(by_rota, now).items() if person_id in people}
    working = (teams - by_rota) | on
    if working:
        return frozenset(working)
    following = duty.next_shift_of(person_id, now)
    if following is None:
        raise OffShift(_("You are not on shift now, and the rota has no shift of yours to come."))
    begins = f"{following.starts_at:%Y-%m-%d %H:%M}"
    raise OffShift(_("You are not on shift now; your next one begins at %(begins)s UTC."), begins=begins)


def _must_have_room(who: Able) -> None:
    if who.capacity is None:
        return
    load = duty.load(who.person_id)
    if not who.has_room(load):
        raise HandsFull(
            _("You hold %(load)d tickets and can carry %(capacity)d at once; finish or return one first."),
            load=load, capacity=who.capacity,
        )  # fmt: skip


def _nothing(reach: next_up.Reach) -> NothingToTake:
    if next_up.any_at_all(reach.teams):
        return NothingToTake(_("What waits for your teams needs a skill, a language or a site that is not yours."))
    return NothingToTake(_("Nothing waits: everything workable of your teams has been taken."))
