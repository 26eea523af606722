"""Who is gone, and who of their team inherits: the desk's duty list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import CharField, Count, Exists, F, IntegerField, OuterRef, Q, Value

from firstline.core.duty import queries
from firstline.core.duty.models import Absence, Practice
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Grant

Part = QueuePlace.Part
WORKING = (Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD)
# Why a ticket passes on; what the journal's entry says.
ABSENT, SHIFT_ENDED, LEFT = "absent", "shift_ended", "left"


class Gone(NamedTuple):
    """Somebody whose tickets others inherit: in one team, or (None) in all of theirs; and why."""

    person_id: int
    team_id: int | None
    why: str


def gone(at: datetime) -> list[Gone]:
    """Return who is absent, and who of a team with a rota is off shift while a colleague is on; one statement."""
    absent = queries.absences(at).filter(kind=Absence.Kind.ABSENT)
    on = queries.shifts(at).filter(team_id=OuterRef("team_id"))
    off_shift = Grant.objects.filter(
        Exists(on), ~Exists(on.filter(person_id=OuterRef("person_id"))),
        ended_at=None, role__in=WORKING, team__practice__by_rota=True,
    )  # fmt: skip
    one = absent.annotate(
        whose=F("person_id"), place=Value(0, output_field=IntegerField()), why=Value(ABSENT, output_field=CharField())
    ).values_list("whose", "place", "why")
    other = off_shift.annotate(
        whose=F("person_id"), place=F("team_id"), why=Value(SHIFT_ENDED, output_field=CharField())
    ).values_list("whose", "place", "why")
    return [Gone(person_id, team_id or None, why) for person_id, team_id, why in one.union(other)]


def tickets_of(of: Gone, at: datetime, most: int, *, but: Collection[int] = ()) -> list[int]:
    """Return open tickets that somebody who is gone answers for or holds, and that somebody here can inherit."""
    carried = QueuePlace.objects.filter(part=Part.CARRIES).exclude(ticket_id__in=but)
    theirs = carried.filter(Q(steward_id=of.person_id) | Q(assignee_id=of.person_id))
    teams = {of.team_id} if of.team_id else set(_teams_of(of.person_id))
    able = [team for team in teams if team and heir(team, of.person_id, at, anyone=False) is not None]
    answered = Q(steward_id=of.person_id, ticket__steward_team_id__in=able)
    held = Q(assignee_id=of.person_id, team_id__in=able)
    return list(theirs.filter(answered | held).order_by("rank").values_list("ticket_id", flat=True)[:most])


def to_give_out(most: int, *, but: Collection[int] = ()) -> list[int]:
    """Return workable tickets that lie unclaimed with a team that gives its work out, or are offered to one."""
    lying = Q(part=Part.CARRIES, assignee=None) | Q(part=Part.OFFERED)
    places = QueuePlace.objects.filter(lying, state__in=queries.WORKABLE).exclude(ticket_id__in=but)
    given = places.exclude(team__practice=None).exclude(team__practice__mode=Practice.Mode.PULL)
    return list(given.order_by("rank", "ticket_id").values_list("ticket_id", flat=True)[:most])


def _teams_of(person_id: int) -> list[int]:
    grants = Grant.objects.filter(person_id=person_id, ended_at=None, role__in=WORKING)
    return sorted({team_id for team_id in grants.values_list("team_id", flat=True) if team_id})


def works_there(person_id: int, team_id: int | None) -> bool:
    """Whether a live person works in the team."""
    return (
        team_id is not None
        and Grant.objects.filter(
            person_id=person_id, team_id=team_id, ended_at=None, role__in=WORKING, person__ended_at=None
        ).exists()
    )


def heir(team_id: int, gone_id: int, at: datetime, *, anyone: bool) -> int | None:
    """Return who of the team inherits from somebody who is gone.

    The deputy they named, if here; else whoever is here and answers for the fewest tickets, first come to the team
    first. With `anyone`, where nobody is here, any of the team; else None.
    """
    members = [pk for pk in queries.members(team_id) if pk != gone_id]
    present = queries.here(team_id, members, at)
    absence = queries.absence_of(gone_id, at)
    if absence and absence.deputy_id in present:
        return absence.deputy_id
    choice = present or (members if anyone else [])
    answered = _answered(choice)
    return min(choice, key=lambda pk: (answered.get(pk, 0), members.index(pk)), default=None)


def _answered(person_ids: Collection[int]) -> dict[int, int]:
    rows = QueuePlace.objects.filter(part=Part.CARRIES, steward_id__in=person_ids).values("steward_id")
    return {pk: n for pk, n in rows.annotate(n=Count("id")).values_list("steward_id", "n") if pk is not None}
