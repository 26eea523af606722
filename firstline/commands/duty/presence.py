"""Saying that somebody is away or absent, until when and who stands in for them, and that they are back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import founding
from firstline.commands.people import chain, locked_person
from firstline.core.duty.models import Absence
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Grant, Person


class NotAway(Refused):
    """They are here already."""


@transaction.atomic
def go_away(
    *, person_id: int, by_id: int | None, now: datetime, kind: str = Absence.Kind.AWAY, until: datetime | None = None,
    deputy_id: int | None = None, from_at: datetime | None = None,
) -> Absence:  # fmt: skip
    """Say that a person is given no work from now on (or from `from_at`) until `until`; what was said before ends.

    kind     away: they keep what they answer for; absent: their deputy, or their team's duty list, inherits it
    by_id    they themselves, or a lead of one of their teams, a manager of its desk
    raises   BadInput, NotThere, NotAllowed; then nothing is written
    """
    person = locked_person(person_id)
    _may(person, by_id)
    begins = max(from_at or now, now)
    if kind not in Absence.Kind.values:
        raise BadInput(_("Please choose one of these: %(known)s."), field="kind", known=", ".join(Absence.Kind.values))
    if until is not None and until <= begins:
        raise BadInput(_("Name a time that lies ahead."), field="until")
    if deputy_id is not None:
        _check_deputy(person_id, deputy_id)
    Absence.objects.filter(person=person, ended_at=None).update(ended_at=now)
    absence = Absence.objects.create(
        person=person, kind=kind, from_at=begins, until_at=until, deputy_id=deputy_id, said_by_id=by_id, said_at=now
    )
    facts = {"absence": absence.pk, "kind": str(kind), "from": instant(begins)}
    facts |= {"until": instant(until)} if until else {}
    facts |= {"deputy": deputy_id} if deputy_id else {}
    founding.tell(chain(person_id), "went away", by_id=by_id, now=now, facts=facts)
    return absence


@transaction.atomic
def come_back(*, person_id: int, by_id: int | None, now: datetime) -> None:
    """Say that a person is here again. Raises NotAway, NotThere, NotAllowed; then nothing is written."""
    person = locked_person(person_id)
    _may(person, by_id)
    absence = Absence.objects.filter(person=person, ended_at=None).first()
    if absence is None:
        raise NotAway(_("You are here already, as far as the desk knows."))
    absence.ended_at = now
    absence.save(update_fields=["ended_at"])
    founding.tell(chain(person_id), "came back", by_id=by_id, now=now, facts={"absence": absence.pk})


def _may(person: Person, by_id: int | None) -> None:
    if by_id == person.pk:
        return
    scope = founding.scope(by_id)
    teams = Grant.objects.filter(person=person, ended_at=None, team__isnull=False).select_related("team")
    if not any(scope.leads(grant.team.desk_id, grant.team_id) for grant in teams if grant.team):
        raise NotAllowed(_("Only they themselves, or a lead of their team, say whether somebody is here."))


def _check_deputy(person_id: int, deputy_id: int) -> None:
    if deputy_id == person_id:
        raise BadInput(_("A deputy is somebody else."), field="deputy")
    own = Grant.objects.filter(person_id=person_id, ended_at=None, team__isnull=False).values("team_id")
    if not Grant.objects.filter(
        person_id=deputy_id, ended_at=None, person__ended_at=None, team_id__in=own
    ).exists():  # fmt: skip
        raise NotThere(_("A deputy works in one of the same teams."), field="deputy")
