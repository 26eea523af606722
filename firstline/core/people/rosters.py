"""Who works where: the teams of a desk, and the people of a team or desk."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from firstline.core.people.models import Grant, Person, Team

_WORKING = (Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD)


def teams_at(desk_id: int) -> QuerySet[Team]:
    """Return the live teams of a desk, first line first."""
    return Team.objects.filter(desk_id=desk_id, ended_at=None).order_by("line", "name", "pk")


def members_of(team_id: int) -> QuerySet[Person]:
    """Return the people who work in a team, by name."""
    working = Q(grants__team_id=team_id, grants__ended_at=None, grants__role__in=_WORKING)
    return Person.objects.filter(working, ended_at=None).distinct().order_by("name", "pk")


def staff_of(desk_id: int) -> QuerySet[Person]:
    """Return the people who work in any team of a desk, or manage it, by name."""
    live = Q(grants__ended_at=None) & (
        Q(grants__team__desk_id=desk_id, grants__role__in=_WORKING)
        | Q(grants__desk_id=desk_id, grants__role=Grant.Role.DESK_MANAGER)
    )
    return Person.objects.filter(live, ended_at=None).distinct().order_by("name", "pk")


def workers_of(desk_id: int) -> QuerySet[Person]:
    """Return the people who work in any team of a desk, by name; not those who only manage it."""
    working = Q(
        grants__team__desk_id=desk_id, grants__team__ended_at=None, grants__ended_at=None, grants__role__in=_WORKING
    )
    return Person.objects.filter(working, ended_at=None).distinct().order_by("name", "pk")
