"""Who is here, on shift, and has room: asked before work is given or taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from firstline.core.duty.fitness import Able
from firstline.core.duty.models import Ability, Absence, Need, Practice, Shift
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Grant, Person
from firstline.core.tickets.states import State

WORKABLE = (State.NEW, State.OPEN)
_ABILITY = ("ability__capacity", "ability__languages", "ability__skills", "ability__own_site_only")
_WORKING = (Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD)


@dataclass(frozen=True)
class Unmet:
    """The services and teams whose needs somebody does not meet."""

    services: frozenset[int]
    teams: frozenset[int]


def absences(at: datetime) -> QuerySet[Absence]:
    """Return the absences that hold at an instant."""
    return Absence.objects.filter(Q(until_at=None) | Q(until_at__gt=at), ended_at=None, from_at__lte=at)


def absence_of(person_id: int, at: datetime) -> Absence | None:
    """Return the person's absence at an instant, if they are not here."""
    return absences(at).filter(person_id=person_id).first()


def absent(person_ids: Collection[int], at: datetime) -> dict[int, Absence]:
    """Return the absence of each of these who is not here."""
    return {each.person_id: each for each in absences(at).filter(person_id__in=person_ids)}


def shifts(at: datetime) -> QuerySet[Shift]:
    """Return the shifts that are on at an instant."""
    return Shift.objects.filter(ended_at=None, starts_at__lte=at, ends_at__gt=at)


def on_shift(team_ids: Collection[int], at: datetime) -> dict[int, set[int]]:
    """Return who is on shift for each of these teams; a team of whom nobody is stands with an empty set."""
    found: dict[int, set[int]] = {team_id: set() for team_id in team_ids}
    for team_id, person_id in shifts(at).filter(team_id__in=team_ids).values_list("team_id", "person_id"):
        found[team_id].add(person_id)
    return found


def next_shift_of(person_id: int, at: datetime) -> Shift | None:
    """Return the person's next shift, if the rota has one."""
    return Shift.objects.filter(person_id=person_id, ended_at=None, starts_at__gt=at).order_by("starts_at").first()


def practices(team_ids: Collection[int]) -> dict[int, Practice]:
    """Return how each of these teams gets its work; one without a practice of its own is not in it."""
    return Practice.objects.in_bulk(list(team_ids))


def practice_of(team_id: int) -> Practice:
    """Return how a team gets its work; what a team without a practice of its own does, unsaved."""
    return Practice.objects.filter(pk=team_id).first() or Practice(team_id=team_id)


def able(person_ids: Collection[int]) -> dict[int, Able]:
    """Return what each of these can do; one statement."""
    people = Person.objects.filter(pk__in=person_ids).select_related("ability").only("pk", "site_id", *_ABILITY)
    return {person.pk: _able(person.pk, person.site_id, getattr(person, "ability", None)) for person in people}


def loads(person_ids: Collection[int]) -> dict[int, int]:
    """Return how many workable tickets each of these holds."""
    held = QueuePlace.objects.filter(part=QueuePlace.Part.CARRIES, assignee_id__in=person_ids, state__in=WORKABLE)
    counted = held.values("assignee_id").annotate(held=Count("id")).values_list("assignee_id", "held")
    return dict.fromkeys(person_ids, 0) | {pk: number for pk, number in counted if pk is not None}


def unmet(who: Able) -> Unmet:
    """Return what this person may not take for want of a skill or language; one statement."""
    wanting = [need for need in Need.objects.all() if not who.meets(skills=need.skills, languages=need.languages)]
    return Unmet(
        frozenset(need.service_id for need in wanting if need.service_id),
        frozenset(need.team_id for need in wanting if need.team_id),
    )


def members(team_id: int) -> list[int]:
    """Return the live people who work in a team, in the order they came to it."""
    grants = Grant.objects.filter(team_id=team_id, ended_at=None, role__in=_WORKING, person__ended_at=None)
    return list(dict.fromkeys(grants.order_by("pk").values_list("person_id", flat=True)))


def here(team_id: int, person_ids: Iterable[int], at: datetime) -> list[int]:
    """Return those of these members who are not absent and, where the team keeps a rota, on shift."""
    ids = list(person_ids)
    away = absent(ids, at)
    present = [pk for pk in ids if pk not in away]
    if practice_of(team_id).by_rota:
        on = on_shift([team_id], at)[team_id]
        present = [pk for pk in present if pk in on]
    return present


def _able(person_id: int, site_id: int | None, ability: Ability | None) -> Able:
    if ability is None:
        return Able(person_id, site_id)
    return Able(
        person_id, site_id, ability.capacity, frozenset(ability.languages), frozenset(ability.skills),
        ability.own_site_only,
    )  # fmt: skip
