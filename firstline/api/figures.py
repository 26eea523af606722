"""The figures of a supervisor's page, as far as the caller's roles reach."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import get_language
from ninja import Query
from pydantic import BaseModel, Field

from firstline.api.callers import Bearer, Http
from firstline.api.inputs import Key
from firstline.api.problems import or_problem
from firstline.api.routes import desk
from firstline.core.insight import supervision, told
from firstline.core.insight.reach import narrowed, reach_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people.tokens import READ


class Asked(BaseModel):
    """Which weeks, and of which desk."""

    weeks: Annotated[int, Field(ge=1, le=52)] = Field(12, description="how many, the present one the last")
    desk: Key = Field("", description="one desk only, by key; without it, all that the caller's roles reach")


class Of(BaseModel):
    """A team, person, service, category, site or customer; both empty where there is none."""

    id: int | None
    name: str


class Load(BaseModel):
    """Open tickets, and how many of them are in a bad way."""

    open: int
    unclaimed: int
    overdue: int
    due_within_4_hours: int
    waiting: int


class TeamLoad(Load):
    """What a team carries."""

    team: Of


class PersonLoad(Load):
    """What a person carries; of others, for those who lead them."""

    person: Of


class Hour(BaseModel):
    """How many more will be overdue at the end of an hour from now, if nothing is done."""

    hour: int
    overdue: int


class Ages(BaseModel):
    """How many of a team's open tickets have which age, in days."""

    team: Of
    days: dict[str, int]


class Answer(BaseModel):
    """How many open tickets are answered for."""

    of: Of
    open: int
    with_others: int = Field(description="that somebody else has than who answers")
    overdue: int
    nobody_by_name: int = Field(description="for which a team answers, and no person")


class Way(BaseModel):
    """How many tickets last went from one team to another in these weeks."""

    from_team: Of
    to_team: Of
    tickets: int
    idle: int = Field(description="passed on with nothing done, by who was given them")
    to_and_fro: int = Field(description="back to a team that had given them away")


class Week(BaseModel):
    """The tickets that came in a week, and what has become of them."""

    monday: date
    opened: int
    resolved: int
    judged: int = Field(description="of those resolved, whose promise was kept or missed")
    kept: int
    first_contact: int = Field(description="resolved by a first line without hand-over or reopening")
    rated: int
    score: int = Field(description="the sum of the ratings")


class OverTime(BaseModel):
    """How many tickets about one thing came, by the Monday of the week."""

    of: Of
    opened: dict[str, int]


class Cost(BaseModel):
    """What the work on the tickets of a service or customer took and cost."""

    of: Of
    tickets: int
    seconds: int
    cost: str = Field(description="a decimal written as text")
    currency: str


class FiguresOut(BaseModel):
    """Every section of the page."""

    as_of: datetime
    weeks_counted_at: datetime | None
    since: date
    load: Load
    load_by_team: list[TeamLoad]
    load_by_person: list[PersonLoad]
    forecast: list[Hour]
    ageing: list[Ages]
    answers: dict[Literal["person", "team", "service", "organisation"], list[Answer]]
    hand_overs: list[Way]
    quality: list[Week]
    over_time: dict[Literal["service", "category", "site"], list[OverTime]]
    costs: dict[Literal["service", "organisation"], list[Cost]]


@desk.get("/figures", auth=Bearer(READ), response=or_problem(FiguresOut), operation_id="get_figures")
def get_figures(request: Http, asked: Query[Asked]) -> FiguresOut:
    """Return load, forecast, ageing, hand-overs, what came, quality and cost, as far as the caller's roles reach.

    For those who work here; for everybody else there is no such page.
    """
    if not request.auth.scope.works:
        raise NotThere(_("There is no such page."))
    reach, now = reach_of(request.auth.scope), timezone.now()
    desks = [each for each in supervision.desks(reach) if asked.desk in ("", each.key)]
    if not desks:
        raise NotThere(_("There is no such desk."), field="desk")
    if asked.desk:
        reach = narrowed(reach, desks[0].pk)
    today = now.astimezone(ZoneInfo(desks[0].time_zone)).date()
    mondays = supervision.mondays(today, asked.weeks)
    return FiguresOut(**told.figures(reach, mondays=mondays, now=now, language=get_language() or "en"))
