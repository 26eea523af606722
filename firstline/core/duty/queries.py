"""Who is here, on shift, and has room: asked before work is given or taken."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from firstline.core import rows
from firstline.core.duty.fitness import Able
from firstline.core.duty.models import Ability, Absence, Need, Practice, Shift
from firstline.core.kernel.prepared import Prepared
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Grant, Person
from firstline.core.tickets.states import State

WORKABLE = (State.NEW, State.OPEN)
_ABILITY = ("ability__capacity", "ability__languages", "ability__skills", "ability__own_site_only")
_WORKING = (Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD)

# Written out, for every taking asks them.
_ABSENCE = Prepared(f"""
SELECT {rows.columns(Absence, "away")} FROM duty_absence away WHERE away.person_id = %s AND away.ended_at IS NULL
""")
_BY_ROTA = Prepared("SELECT team_id FROM duty_practice WHERE by_rota")
_GIVES_OUT = Prepared("SELECT team_id FROM duty_practice WHERE mode <> 'pull' LIMIT 1")
_ABLE = Prepared(f"""
SELECT {rows.columns(Ability, "ability")}, person.site_id
FROM people_person person LEFT JOIN duty_ability ability ON ability.person_id = person.id WHERE person.id = %s
""")
_NEEDS = Prepared(f"SELECT {rows.columns(Need, 'need')} FROM duty_need need")
_LOAD = Prepared("""
SELECT count(*) FROM ownership_queueplace WHERE part = 'carries' AND assignee_id = %s AND state IN ('new', 'open')
""")


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
    absence: Absence
    for (absence,) in rows.read([Absence], _ABSENCE, [person_id]):
        if absence.from_at <= at and (absence.until_at is None or absence.until_at > at):
            return absence
    return None


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


def by_rota(team_ids: Collection[int]) -> set[int]:
    """Return those of these teams whose work is only for who is on a shift of theirs."""
    return {team_id for (team_id,) in rows.read([], _BY_ROTA, []) if team_id in team_ids}


def gives_out() -> bool:
    """Whether any team has its work given out."""
    return bool(rows.read([], _GIVES_OUT, []))


def practice_of(team_id: int) -> Practice:
    """Return how a team gets its work; what a team without a practice of its own does, unsaved."""
    return Practice.objects.filter(pk=team_id).first() or Practice(team_id=team_id)


def able(person_ids: Collection[int]) -> dict[int, Able]:
    """Return what each of these can do; one statement."""
    people = Person.objects.filter(pk__in=person_ids).select_related("ability").only("pk", "site_id", *_ABILITY)
    return {person.pk: _able(person.pk, person.site_id, getattr(person, "ability", None)) for person in people}


def able_and_locked(person_id: int) -> Able:
    """Return what this person can do, with their row locked; one statement."""
    for ability, site_id in rows.read([Ability], _ABLE, [person_id], lock="FOR NO KEY UPDATE OF person"):
        return _able(person_id, site_id, ability)
    return Able(person_id)


def load(person_id: int) -> int:
    """Return how many workable tickets this person holds."""
    [[held]] = rows.read([], _LOAD, [person_id])
    return int(held)


def loads(person_ids: Collection[int]) -> dict[int, int]:
    """Return how many workable tickets each of these holds."""
    held = QueuePlace.objects.filter(part=QueuePlace.Part.CARRIES, assignee_id__in=person_ids, state__in=WORKABLE)
    counted = held.values("assignee_id").annotate(held=Count("id")).values_list("assignee_id", "held")
    return dict.fromkeys(person_ids, 0) | {pk: number for pk, number in counted if pk is not None}


def unmet(who: Able) -> Unmet:
    """Return what this person may not take for want of a skill or language; one statement."""
    needs: list[Need] = [need for (need,) in rows.read([Need], _NEEDS, [])]
    wanting = [need for need in needs if not who.meets(skills=need.skills, languages=need.languages)]
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
