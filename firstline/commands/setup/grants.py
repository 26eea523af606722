"""Roles given to people and taken from them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import founding
from firstline.commands.duty import succession
from firstline.commands.people import locked_person
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Desk, Grant, Organisation, Team
from firstline.core.people.rights import Scope

Role = Grant.Role
_LIVE = {
    "team_id": Team.objects.filter(ended_at=None),
    "desk_id": Desk.objects.filter(ended_at=None),
    "organisation_id": Organisation.objects.filter(ended_at=None),
}
# Role -> the column that says what it is over, and whether that must be set.
_PLACES = {
    Role.OPERATOR: ("team_id", True),
    Role.SPECIALIST: ("team_id", True),
    Role.TEAM_LEAD: ("team_id", True),
    Role.ORGANISATION_MANAGER: ("organisation_id", True),
    Role.DESK_MANAGER: ("desk_id", True),
    Role.AUDITOR: ("desk_id", False),
}


class AlreadyGranted(Refused):
    """The person has this role already."""


class LastAdministrator(Refused):
    """Without an administrator nobody could set up anything any more."""


@transaction.atomic
def grant_role(
    *, person_id: int, role: str, by_id: int | None, now: datetime, team_id: int | None = None,
    desk_id: int | None = None, organisation_id: int | None = None,
) -> Grant:  # fmt: skip
    """Give a person a role over a team, a desk, an organisation, or (auditor, administrator) everything.

    An administrator gives any role; a desk's manager those of the desk and its teams.
    Raises AlreadyGranted, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    over = _over(role, team_id, desk_id, organisation_id)
    _may(founding.scope(by_id), role, over)
    person = locked_person(person_id)
    if Grant.objects.filter(person=person, role=role, ended_at=None, **over).exists():
        raise AlreadyGranted(_("%(who)s has this role already."), who=str(person))
    grant = Grant.objects.create(person=person, role=role, **over, granted_by_id=by_id, granted_at=now)
    facts = {"grant": grant.pk, "role": str(role), **{name: value for name, value in over.items() if value}}
    founding.tell(f"person:{person_id}", "role granted", by_id=by_id, now=now, facts=facts)
    return grant


@transaction.atomic
def end_role(*, grant_id: int, by_id: int | None, now: datetime) -> Grant:
    """End a role; what was done in it stays, and what they answered for in its team is inherited.

    Raises LastAdministrator, NotThere, NotAllowed; then nothing is written.
    """
    grant = Grant.objects.select_related("team").filter(pk=grant_id, ended_at=None).first()
    if grant is None:
        raise NotThere(_("There is no such role."))
    over = {"team_id": grant.team_id, "desk_id": grant.desk_id, "organisation_id": grant.organisation_id}
    _may(founding.scope(by_id), grant.role, over)
    # The locks of all administrators, lowest first: two who end each other's role at once leave one.
    others = _administrators_but(grant)
    locked_person(grant.person_id)
    if grant.role == Role.ADMINISTRATOR and not others:
        raise LastAdministrator(_("This is the last administrator; make another one first."))
    grant.ended_at = now
    grant.save(update_fields=["ended_at"])
    founding.tell(
        f"person:{grant.person_id}", "role ended", by_id=by_id, now=now, facts={"grant": grant.pk, "role": grant.role}
    )
    if grant.team_id:
        succession.leave_team(grant.person_id, grant.team_id, now)
    return grant


def _over(role: str, team_id: int | None, desk_id: int | None, organisation_id: int | None) -> dict[str, int | None]:
    """Return the ids of what the role is over, checked; what the role does not take is refused."""
    if role not in Role.values:
        raise BadInput(_("Please choose one of these: %(known)s."), field="role", known=", ".join(Role.values))
    given: dict[str, int | None] = {"team_id": team_id, "desk_id": desk_id, "organisation_id": organisation_id}
    name, needed = _PLACES.get(Role(role), ("", False))
    if any(value is not None for key, value in given.items() if key != name):
        raise BadInput(_("This role is not over that; leave it out."), field="role")
    if needed and given[name] is None:
        raise BadInput(_("Say over what this role is given."), field=name.removesuffix("_id"))
    if name and given[name] is not None and not _LIVE[name].filter(pk=given[name]).exists():
        raise NotThere(_("There is nothing of that number."), field=name.removesuffix("_id"))
    return given


def _may(scope: Scope, role: str, over: dict[str, int | None]) -> None:
    if scope.administrator:
        return
    desk_id = over["desk_id"]
    if over["team_id"]:
        desk_id = Team.objects.values_list("desk_id", flat=True).get(pk=over["team_id"])
    of_desk = desk_id is not None and desk_id in scope.desks_managed and role != Role.ADMINISTRATOR
    of_customer = role == Role.ORGANISATION_MANAGER and bool(scope.desks_managed)
    if not (of_desk or of_customer):
        raise NotAllowed(_("Only a manager of this desk or an administrator may give or end this role."))


def _administrators_but(grant: Grant) -> list[Grant]:
    if grant.role != Role.ADMINISTRATOR:
        return []
    live = Grant.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR, ended_at=None, person__ended_at=None
    )
    return [each for each in live.order_by("pk") if each.pk != grant.pk]
