"""Who I am, what the desk offers, and the teams a ticket can go to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language
from pydantic import BaseModel, Field

from firstline.api.callers import Bearer, Http
from firstline.api.problems import or_problem
from firstline.api.routes import desk
from firstline.api.shapes import Named
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Team
from firstline.core.services.models import FormVersion, Service
from firstline.core.sla import agreed, queries, year
from firstline.core.sla.models import CalendarVersion


class Me(BaseModel):
    """The person the token speaks for, and what it may do."""

    id: int
    name: str
    language: str
    organisation: Named | None
    token: str = Field(description="the name it was given under")
    scopes: list[str]
    works: bool = Field(description="whether the person works at a desk, and does not only ask")
    teams: list[int]


class ServiceOut(BaseModel):
    """Something the desk offers, in the caller's language, and what its form asks."""

    key: str
    desk: str
    name: str
    about: str
    form: list[dict[str, Any]]


class TeamOut(BaseModel):
    """A team a ticket can be handed to."""

    id: int
    name: str
    line: int
    desk: str


class CalendarOut(BaseModel):
    """When a desk works, and whether it does now."""

    name: str
    desk: str
    time_zone: str
    main: bool = Field(description="whether the desk counts its own working days by it")
    open: bool
    changes_at: datetime | None = Field(description="when it closes, or opens; null if that is not in reach")
    today: str = Field(description="open, short, long or closed, against its weekday")
    why: str = Field(description="weekly, holiday, special or break")
    holiday: str = Field(description="what today's holiday is called, if it is one")


@desk.get("/me", auth=Bearer(), response=or_problem(Me), operation_id="me")
def me(request: Http) -> Me:
    """Return the person the token speaks for."""
    caller = request.auth
    person = caller.token.person
    return Me(
        id=person.pk, name=person.name, language=person.language, organisation=Named.of(person.organisation),
        token=caller.token.name, scopes=caller.token.scopes, works=caller.scope.works,
        teams=sorted(caller.scope.teams),
    )  # fmt: skip


@desk.get("/services", auth=Bearer(), response=or_problem(list[ServiceOut]), operation_id="list_services")
def list_services(request: Http) -> list[ServiceOut]:
    """List the services one may ask for: public ones, and all of a desk for those who work there."""
    language = get_language() or "en"
    newest = FormVersion.objects.filter(service=OuterRef("pk")).order_by("-version")
    services = (
        Service.objects.filter(Q(public=True) | Q(desk_id__in=request.auth.scope.desks_worked), ended_at=None)
        .select_related("desk")
        .annotate(asks=Subquery(newest.values("fields")[:1]))
        .order_by("desk_id", "position", "key")
    )
    return [
        ServiceOut(
            key=service.key, desk=service.desk.key, name=pick(service.name, language),
            about=pick(service.about, language), form=service.asks or [],
        )
        for service in services
    ]  # fmt: skip


@desk.get("/calendars", auth=Bearer(), response=or_problem(list[CalendarOut]), operation_id="list_calendars")
def list_calendars(request: Http) -> list[CalendarOut]:
    """List the calendars of all desks, and which of them is open now."""
    now = timezone.now()
    return [_calendar(version, now) for version in agreed.every_calendar()]


def _calendar(version: CalendarVersion, now: datetime) -> CalendarOut:
    stands = year.now_of(queries.working_calendar(version), now)
    return CalendarOut(
        name=version.calendar.name, desk=version.calendar.desk.key, time_zone=version.time_zone,
        main=version.calendar.main, open=stands.open, changes_at=stands.changes_at, today=stands.today.state,
        why=stands.today.why, holiday=stands.today.name,
    )  # fmt: skip


@desk.get("/teams", auth=Bearer(), response=or_problem(list[TeamOut]), operation_id="list_teams")
def list_teams(request: Http) -> list[TeamOut]:
    """List the teams of the desks where the person works; none for those who only ask."""
    scope = request.auth.scope
    teams = Team.objects.filter(ended_at=None).select_related("desk").order_by("desk_id", "line", "name")
    if not (scope.administrator or scope.reads_all):
        teams = teams.filter(desk_id__in=scope.desks_worked | scope.desks_managed | scope.desks_audited)
    return [TeamOut(id=team.pk, name=team.name, line=team.line, desk=team.desk.key) for team in teams]
