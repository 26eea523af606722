"""The rota: who is on shift when, and how teams and people take work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from firstline.commands import founding
from firstline.commands.people import chain as person_chain
from firstline.commands.people import locked_person
from firstline.commands.setup.desks import locked_desk
from firstline.core.duty.leaving import works_there
from firstline.core.duty.models import Ability, Need, Practice, Shift
from firstline.core.journal.chain import instant
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Grant, Team
from firstline.core.services import forms
from firstline.core.services.models import Service
from firstline.core.sla.models import Calendar

LONGEST = timedelta(hours=36)


class NotOnThisTeam(Refused):
    """A shift is for somebody who works in the team."""


class ShiftsOverlap(Refused):
    """The person is on the team's rota already at that time."""


@dataclass(frozen=True)
class Planned:
    """One shift of an imported calendar; `uid` is what that calendar calls it."""

    uid: str
    person_id: int
    starts_at: datetime
    ends_at: datetime


@transaction.atomic
def add_shift(
    *, team_id: int, person_id: int, starts_at: datetime, ends_at: datetime, by_id: int | None, now: datetime
) -> Shift:
    """Put a person on the rota of their team; by a lead of it or a manager of the desk.

    For two teams at once somebody may be on duty, for one team not twice.
    Raises NotOnThisTeam, ShiftsOverlap, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    team = _led(team_id, by_id)
    _check(team, person_id, starts_at, ends_at)
    shift = Shift.objects.create(
        team=team, person_id=person_id, starts_at=starts_at, ends_at=ends_at, made_by_id=by_id, made_at=now
    )
    facts = {"shift": shift.pk, "team": team_id, "person": person_id, **_times(starts_at, ends_at)}
    founding.tell(_chain(team), "shift added", by_id=by_id, now=now, facts=facts)
    return shift


@transaction.atomic
def add_shifts(
    *, team_id: int, person_id: int, stretches: Sequence[tuple[datetime, datetime]], by_id: int | None, now: datetime
) -> list[Shift]:
    """Put a person on the rota several times, all of them or none; as add_shift."""
    return [
        add_shift(team_id=team_id, person_id=person_id, starts_at=begin, ends_at=end, by_id=by_id, now=now)
        for begin, end in stretches
    ]


@transaction.atomic
def change_shift(
    *, shift_id: int, starts_at: datetime, ends_at: datetime, by_id: int | None, now: datetime,
    person_id: int | None = None, team_id: int | None = None,
) -> Shift:  # fmt: skip
    """Move a shift, make it longer or shorter, or give it to a colleague or to another team, and so another site.

    Who and where stay if they are not given. An imported one is the rota's own from then on: importing its calendar
    again leaves it alone.
    Raises NotOnThisTeam, ShiftsOverlap, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    shift = _shift(shift_id, by_id)
    team = shift.team if team_id in (None, shift.team_id) else _led(team_id or 0, by_id)
    if team.desk_id != shift.team.desk_id:
        raise NotThere(_("There is no such team."), field="team")
    whose = person_id or shift.person_id
    _check(team, whose, starts_at, ends_at, but=shift.pk)
    was = {"was_person": shift.person_id, "was_team": shift.team_id}
    shift.team, shift.person_id, shift.uid = team, whose, ""
    shift.starts_at, shift.ends_at = starts_at, ends_at
    shift.save(update_fields=["team", "person", "uid", "starts_at", "ends_at"])
    facts = {"shift": shift.pk, "team": team.pk, "person": whose, **was, **_times(starts_at, ends_at)}
    founding.tell(_chain(team), "shift changed", by_id=by_id, now=now, facts=facts)
    return shift


@transaction.atomic
def end_shift(*, shift_id: int, by_id: int | None, now: datetime) -> Shift:
    """Take a shift off the rota; whoever is in the middle of it is off shift from now on."""
    shift = _shift(shift_id, by_id)
    shift.ended_at = now
    shift.save(update_fields=["ended_at"])
    founding.tell(_chain(shift.team), "shift ended", by_id=by_id, now=now, facts={"shift": shift.pk})
    return shift


@transaction.atomic
def import_shifts(*, team_id: int, planned: Iterable[Planned], by_id: int | None, now: datetime) -> int:
    """Put an imported calendar's shifts on the rota, in place of those that were imported before and lie ahead.

    Raises NotOnThisTeam, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    team = _led(team_id, by_id)
    rows = sorted(planned, key=lambda each: (each.starts_at, each.uid))
    members = set(Grant.objects.filter(team=team, ended_at=None).values_list("person_id", flat=True))
    if {row.person_id for row in rows} - members:
        raise NotOnThisTeam(_("That person does not work in %(team)s."), team=str(team), field="person")
    for row in rows:
        _check_times(row.starts_at, row.ends_at)
    Shift.objects.filter(team=team, ended_at=None, starts_at__gte=now).exclude(uid="").update(ended_at=now)
    ahead = [row for row in rows if row.starts_at >= now]
    Shift.objects.bulk_create(
        Shift(team=team, person_id=row.person_id, starts_at=row.starts_at, ends_at=row.ends_at, uid=row.uid[:300],
              made_by_id=by_id, made_at=now)
        for row in ahead
    )  # fmt: skip
    founding.tell(
        _chain(team), "shifts imported", by_id=by_id, now=now, facts={"team": team_id, "shifts": len(ahead)}
    )  # fmt: skip
    return len(ahead)


@transaction.atomic
def set_practice(
    *, team_id: int, by_id: int | None, now: datetime, mode: str = Practice.Mode.PULL,
    asks: Sequence[Mapping[str, Any]] = (), lapse_for: timedelta | None = None, by_rota: bool = False,
    calendar_id: int | None = None,
) -> Practice:  # fmt: skip
    """Say how a team gets its work, what it asks at a hand-over and when an unanswered offer goes back.

    By a manager of the desk. Raises BadInput, NotThere, NotAllowed; then nothing is written.
    """
    team = Team.objects.filter(pk=team_id, ended_at=None).first()
    founding.managing(by_id, team.desk_id if team else None)
    if team is None:
        raise NotThere(_("There is no such team."), field="team")
    locked_desk(team.desk_id)
    kept = forms.checked_fields(asks, forms.WITH_FILES)
    if mode not in Practice.Mode.values:
        raise BadInput(_("Please choose one of these: %(known)s."), field="mode", known=", ".join(Practice.Mode.values))
    if lapse_for is not None and not timedelta(minutes=1) <= lapse_for <= timedelta(days=30):
        raise BadInput(_("An offer lapses after a minute at the soonest and thirty days at the latest."), field="lapse")
    if calendar_id and not Calendar.objects.filter(pk=calendar_id, desk_id=team.desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has no such calendar."), field="calendar")
    values = {"mode": mode, "asks": kept, "lapse_for": lapse_for, "by_rota": by_rota, "calendar_id": calendar_id}
    practice, _made = Practice.objects.update_or_create(team=team, defaults=values)
    facts = {"team": team_id, "mode": str(mode), "by_rota": by_rota, "calendar": calendar_id}
    facts |= {"lapse": int(lapse_for.total_seconds())} if lapse_for else {}
    facts |= {"asks": founding.digest(kept)} if kept else {}
    founding.tell(_chain(team), "practice set", by_id=by_id, now=now, facts=facts)
    return practice


@transaction.atomic
def set_ability(
    *, person_id: int, by_id: int | None, now: datetime, capacity: int | None = None, languages: Sequence[str] = (),
    skills: Sequence[str] = (), own_site_only: bool = False,
) -> Ability:  # fmt: skip
    """Say how much a person carries at once and what they can do; by a lead of one of their teams or a manager."""
    person = locked_person(person_id)
    scope = founding.scope(by_id)
    teams = Grant.objects.filter(person=person, ended_at=None, team__isnull=False).select_related("team")
    if not any(scope.leads(grant.team.desk_id, grant.team_id) for grant in teams if grant.team):
        raise NotAllowed(_("Only a lead of their team, or a manager of the desk, says what somebody takes."))
    if capacity is not None and not 0 <= capacity <= 1000:
        raise BadInput(_("Please write a whole number from %(low)d to %(high)d."), field="capacity", low=0, high=1000)
    values = {
        "capacity": capacity, "languages": _languages(languages), "skills": _skills(skills),
        "own_site_only": own_site_only,
    }  # fmt: skip
    ability, _made = Ability.objects.update_or_create(person=person, defaults=values)
    founding.tell(person_chain(person_id), "ability set", by_id=by_id, now=now, facts=values)
    return ability


@transaction.atomic
def set_need(
    *, by_id: int | None, now: datetime, service_id: int | None = None, team_id: int | None = None,
    languages: Sequence[str] = (), skills: Sequence[str] = (),
) -> Need:  # fmt: skip
    """Say what whoever takes a service's, or a team's, tickets must be able to do; by a manager of the desk."""
    of: Service | Team | None
    if service_id is not None:
        of = Service.objects.filter(pk=service_id, ended_at=None).first()
    else:
        of = Team.objects.filter(pk=team_id or 0, ended_at=None).first()
    founding.managing(by_id, of.desk_id if of else None)
    if of is None:
        raise NotThere(_("This desk has nothing of that number."))
    locked_desk(of.desk_id)
    values = {"languages": _languages(languages), "skills": _skills(skills)}
    what = {"service_id": service_id} if service_id else {"team_id": team_id}
    need, _made = Need.objects.update_or_create(**what, defaults=values)
    founding.tell(f"desk:{of.desk_id}", "need set", by_id=by_id, now=now, facts={**what, **values})
    return need


def _led(team_id: int, by_id: int | None) -> Team:
    """Return the team, its desk locked, if `by_id` leads it or manages the desk."""
    team = Team.objects.filter(pk=team_id, ended_at=None).first()
    if team is None:
        raise NotThere(_("There is no such team."), field="team")
    if not founding.scope(by_id).leads(team.desk_id, team_id):
        raise NotAllowed(_("Only a lead of this team, or a manager of the desk, keeps its rota."))
    locked_desk(team.desk_id)
    return team


def _shift(shift_id: int, by_id: int | None) -> Shift:
    shift = Shift.objects.filter(pk=shift_id, ended_at=None).first()
    if shift is None:
        raise NotThere(_("There is no such shift."))
    _led(shift.team_id, by_id)
    return Shift.objects.select_related("team").get(pk=shift_id)


def _check(team: Team, person_id: int, starts_at: datetime, ends_at: datetime, *, but: int = 0) -> None:
    """Refuse a shift that cannot be: of such a length, of a stranger to the team, or beside another of theirs."""
    _check_times(starts_at, ends_at)
    if not works_there(person_id, team.pk):
        raise NotOnThisTeam(_("That person does not work in %(team)s."), team=str(team), field="person")
    others = Shift.objects.filter(person_id=person_id, team=team, ended_at=None).exclude(pk=but)
    other = others.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at").first()
    if other is not None:
        zone = ZoneInfo(team.desk.time_zone)
        begins, ends = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (other.starts_at, other.ends_at))
        raise ShiftsOverlap(
            _("They are on shift for %(team)s already from %(begins)s to %(ends)s."),
            team=str(team), begins=begins, ends=ends, field="starts_at",
        )  # fmt: skip


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise BadInput(_("A shift ends after it starts, and lasts no longer than 36 hours."), field="ends_at")


def _times(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    return {"starts": instant(starts_at), "ends": instant(ends_at)}


def _languages(given: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(given))
    if set(kept) - set(founding.CODES):
        raise BadInput(_("The languages are en, ru and uk."), field="languages")
    return kept


def _skills(given: Sequence[str]) -> list[str]:
    words = (written.line(word, field="skills", limit=40, needed=False).strip().casefold() for word in given)
    return list(dict.fromkeys(word for word in words if word))[:50]


def _chain(team: Team) -> str:
    return f"desk:{team.desk_id}"
