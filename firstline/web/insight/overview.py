"""The supervisor's page, section by section: every number with the address of its tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from firstline.core.insight import passing, supervision, workload
from firstline.core.insight.days import Sums, share
from firstline.core.insight.passing import Passed
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import HOURS, Counted, Load
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Organisation, Person, Site, Team
from firstline.core.services.models import Category, Service
from firstline.web.insight import asked, charts
from firstline.web.insight.charts import Bar, Curve

# A scan of all open tickets serves whoever looks within so many seconds: wallboards ask again and again.
KEPT_FOR = 20
MOST_PERSONS, MOST_SUBJECTS, MOST_CUSTOMERS = 30, 12, 12
AGE_WORDS: tuple[Promise, ...] = (
    _("under a day"), _("1 to 3 days"), _("3 to 7 days"), _("7 to 30 days"), _("over 30 days"),
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A number, and the tickets behind it; `words` where it is told otherwise than in digits."""

    n: int
    href: str
    words: str = ""
    shade: int = 0


@dataclass(frozen=True)
class Carried:
    """A line of a table of load: a team, or a person."""

    name: str
    line: int
    load: Load
    bars: Sequence[Bar]
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Row:
    """A line of any other table: what it is about, and its figures."""

    name: str
    line: int
    figures: Sequence[Figure]
    total: Figure | None = None


@dataclass(frozen=True)
class Spent:
    """What a service's or a customer's tickets took."""

    name: str
    tickets: Figure
    hours: float
    cost: Decimal
    each: Decimal


@dataclass(frozen=True)
class Names:
    """What is named on the page, by id; teams with their line and desk."""

    teams: Mapping[int, Team]
    persons: Mapping[int, Person]


def standing(reach: Reach, now: datetime) -> list[Counted]:
    """Return the open tickets counted, at most KEPT_FOR seconds old."""
    key = f"insight:{sorted(reach.desks) if reach.desks is not None else 'all'}:{sorted(reach.teams)}"
    key = "".join(letter if letter.isalnum() or letter == ":" else "-" for letter in key)[:200]
    kept = cache.get(key)
    if kept is None:
        kept = [tuple(row) for row in supervision.standing(reach, now)]
        cache.set(key, kept, KEPT_FOR)
    return [Counted(*row) for row in kept]


def names(rows: Iterable[Counted], passed: Iterable[Passed]) -> Names:
    """Return the names of teams and persons; two statements."""
    seen = list(rows)
    teams = {row.team_id for row in seen} | {team for each in passed for team in (each.from_id, each.to_id)}
    persons = {pk for row in seen for pk in (row.assignee_id, row.steward_id) if pk}
    return Names(Team.objects.in_bulk(teams), Person.objects.only("name").in_bulk(persons))


def by_team(rows: Sequence[Counted], known: Names) -> list[Carried]:
    """Return what each team carries."""
    found = workload.load(rows, lambda row: row.team_id)
    most = max((load.open for load in found.values()), default=0)
    return [
        _carried(known.teams[pk].name, known.teams[pk].line, load, most, {"team": pk})
        for pk, load in found.items()
        if pk in known.teams
    ]


def by_person(rows: Sequence[Counted], known: Names, reach: Reach) -> list[Carried]:
    """Return what each person carries, as far as the reader may tell them apart."""
    told = [row for row in rows if row.assignee_id and _may_name(row.assignee_id, row, known, reach)]
    found = workload.load(told, lambda row: row.assignee_id)
    most = max((load.open for load in found.values()), default=0)
    shown = [(pk, load) for pk, load in found.items() if pk in known.persons][:MOST_PERSONS]
    return [_carried(known.persons[pk].name, 0, load, most, {"assignee": pk}) for pk, load in shown]


def by_steward(rows: Sequence[Counted], known: Names, reach: Reach) -> list[Row]:
    """Return who answers for how many, and how many of those are with whom else and overdue."""
    told = [row for row in rows if row.steward_id and _may_name(row.steward_id, row, known, reach)]
    found = workload.load(told, lambda row: row.steward_id)
    elsewhere: Counter[int] = Counter()
    for row in told:
        elsewhere[row.steward_id or 0] += row.n if row.assignee_id != row.steward_id else 0
    return [
        Row(
            known.persons[pk].name, 0,
            [
                Figure(load.open, asked.tickets(steward=pk)),
                Figure(elsewhere[pk], asked.tickets(steward=pk, elsewhere=1)),
                Figure(load.overdue, asked.tickets(steward=pk, due="overdue")),
            ],
        )
        for pk, load in list(found.items())[:MOST_PERSONS]
        if pk in known.persons
    ]  # fmt: skip


def forecast(rows: Sequence[Counted], now: datetime) -> list[Bar]:
    """Return how many more will be overdue, hour by hour, if nothing is done."""
    hours = workload.forecast(rows)
    labels = [f"{(now + timedelta(hours=hour)):%H:%M}" for hour in range(1, HOURS + 1)]
    return charts.bars([(n, labels[at], asked.tickets(due=at + 1)) for at, n in enumerate(hours)], tone="late")


def ageing(rows: Sequence[Counted], known: Names) -> list[Row]:
    """Return how old what each team has is."""
    found = workload.ageing(rows)
    most = max((n for ages in found.values() for n in ages), default=0)
    return [
        Row(
            known.teams[pk].name, known.teams[pk].line,
            [Figure(n, asked.tickets(team=pk, age=age), shade=charts.shade(n, most)) for age, n in enumerate(ages)],
        )
        for pk, ages in sorted(found.items(), key=lambda pair: -sum(pair[1]))
        if pk in known.teams
    ]  # fmt: skip


def matrix(passed: Sequence[Passed], idle: Sequence[Passed], known: Names, weeks: int) -> tuple[list[Team], list[Row]]:
    """Return the receiving teams, and for each giving one how often it passed tickets to each of them.

    The total of a line is of how many tickets it was given the team passed on with nothing done.
    """
    found = passing.matrix(passed)
    left = Counter(from_id for from_id, _ticket in {(each.from_id, each.ticket_id) for each in idle})
    most = max(found.values(), default=0)
    order = sorted(known.teams.values(), key=lambda team: (team.line, team.name))
    gives = [team for team in order if any(pair[0] == team.pk for pair in found)]
    gets = [team for team in order if any(pair[1] == team.pk for pair in found)]
    return gets, [
        Row(
            team.name, team.line,
            [
                Figure(
                    found[team.pk, to.pk], asked.tickets(**{"from": team.pk, "to": to.pk, "weeks": weeks}),
                    shade=charts.shade(found[team.pk, to.pk], most),
                )
                for to in gets
            ],
            Figure(left[team.pk], asked.tickets(idle=team.pk, weeks=weeks)),
        )
        for team in gives
    ]  # fmt: skip


def over_time(reach: Reach, by: str, period: asked.Period) -> list[Row]:
    """Return how many tickets of the commonest services, categories or sites came in each week."""
    counted: dict[int, Counter[str]] = {}
    for (on, key), sums in supervision.days(reach, by, since=period.since, until=period.until).items():
        week = (on - timedelta(days=on.weekday())).isoformat()
        counted.setdefault(key, Counter())[week] += sums.opened
    first = sorted(counted.items(), key=lambda pair: -pair[1].total())[:MOST_SUBJECTS]
    named = _named(by, [key for key, _weeks in first])
    most = max((n for _key, weeks in first for n in weeks.values()), default=0)
    mondays = [monday.isoformat() for monday in period.mondays]
    return [
        Row(
            named.get(key, ""), 0,
            [Figure(weeks[week], asked.tickets(**{by: key}, week=week), shade=charts.shade(weeks[week], most))
             for week in mondays],
            Figure(weeks.total(), asked.tickets(**{by: key}, weeks=period.weeks)),
        )
        for key, weeks in first
    ]  # fmt: skip


def quality(reach: Reach, period: asked.Period) -> tuple[Sums, list[tuple[str, Sums]]]:
    """Return what all tickets of the period come to, and each week's by its Monday."""
    weeks = {monday.isoformat(): Sums() for monday in period.mondays}
    whole = Sums()
    for (on, _key), sums in supervision.days(reach, "all", since=period.since, until=period.until).items():
        week = weeks[(on - timedelta(days=on.weekday())).isoformat()]
        week += sums
        whole += sums
    return whole, list(weeks.items())


def curves(weeks: Sequence[tuple[str, Sums]]) -> list[Curve]:
    """Return kept promises, first-contact resolution and satisfaction, week by week, in percent."""
    labels = [monday for monday, _sums in weeks]
    return [
        charts.curve("kept", "curve-kept", [share(sums.kept, sums.judged) for _at, sums in weeks], labels),
        charts.curve("first", "curve-first", [share(sums.first_contact, sums.resolved) for _at, sums in weeks], labels),
        charts.curve("rated", "curve-rated", [share(sums.score, 5 * sums.rated) for _at, sums in weeks], labels),
    ]


def costs(reach: Reach, by: str, period: asked.Period) -> list[Spent]:
    """Return what the work on the tickets of each service or customer took and cost, the dearest first."""
    whole: dict[int, Sums] = {}
    for (_on, key), sums in supervision.days(reach, by, since=period.since, until=period.until).items():
        total = whole.setdefault(key, Sums())
        total += sums
    dear = sorted((pair for pair in whole.items() if pair[1].spent), key=lambda pair: (-pair[1].cost, -pair[1].spent))
    named = _named(by, [key for key, _sums in dear[:MOST_CUSTOMERS]])
    return [
        Spent(
            named.get(key, ""), Figure(sums.opened, asked.tickets(**{by: key}, weeks=period.weeks)),
            round(sums.spent / 3600, 1), sums.cost, round(sums.cost / max(sums.opened, 1), 2),
        )
        for key, sums in dear[:MOST_CUSTOMERS]
    ]  # fmt: skip


def _carried(name: str, line: int, load: Load, most: int, who: Mapping[str, object]) -> Carried:
    parts = ((load.overdue, "late"), (load.soon, "soon"), (load.calm, "well"), (load.waits, "still"))
    figures = [
        Figure(load.open, asked.tickets(**who)),
        Figure(load.unclaimed, asked.tickets(**who, unclaimed=1)),
        Figure(load.overdue, asked.tickets(**who, due="overdue")),
        Figure(load.soon, asked.tickets(**who, due="soon")),
        Figure(load.waits, asked.tickets(**who, due="waits")),
    ]
    return Carried(name, line, load, charts.stacked(parts, most), figures)


def _may_name(person_id: int, row: Counted, known: Names, reach: Reach) -> bool:
    team = known.teams.get(row.team_id)
    return team is not None and reach.names(person_id, team.pk, team.desk_id)


def _named(by: str, keys: Sequence[int]) -> dict[int, str]:
    language = get_language() or "en"
    if by in ("service", "category"):
        model = Service if by == "service" else Category
        return {row.pk: pick(row.name, language) for row in model._default_manager.filter(pk__in=keys)}
    model_of = {"site": Site, "organisation": Organisation}[by]
    return dict(model_of._default_manager.filter(pk__in=keys).values_list("pk", "name"))
