"""The supervisor's page, section by section: every number with the address of its tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from firstline.core.insight import supervision, workload
from firstline.core.insight.days import Sums, share
from firstline.core.insight.reach import Reach
from firstline.core.insight.supervision import Ways
from firstline.core.insight.workload import HOURS, Answered, Counted, Load
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Organisation, Person, Site, Team
from firstline.core.services.models import Category, Service
from firstline.web.insight import asked, charts
from firstline.web.insight.charts import Bar, Curve
from firstline.web.money import money

# A scan of all open tickets serves whoever looks within so many seconds: wallboards ask again and again.
KEPT_FOR = 20
MOST_PERSONS, MOST_SUBJECTS, MOST_CUSTOMERS, MOST_NAMED = 30, 12, 12, 3
AGE_WORDS: tuple[Promise, ...] = (
    _("under a day"), _("1 to 3 days"), _("3 to 7 days"), _("7 to 30 days"), _("over 30 days"),
)  # fmt: skip
ANSWER_WORDS: Mapping[str, Promise] = {
    "person": _("Person"), "team": _("Team"), "service": _("Service"), "organisation": _("Customer"),
}  # fmt: skip


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
    persons: Sequence[tuple[str, Figure]] = ()


@dataclass(frozen=True)
class Spent:
    """What a service's or a customer's tickets took."""

    name: str
    tickets: Figure
    hours: float
    cost: Decimal
    each: Decimal
    currency: str

    @property
    def in_all(self) -> str:
        """What they cost, in words."""
        return money(self.cost, self.currency)

    @property
    def one(self) -> str:
        """What each of them cost, in words."""
        return money(self.each, self.currency)


@dataclass(frozen=True)
class Names:
    """What is named on the page, by id; teams with their line and desk."""

    teams: Mapping[int, Team]
    persons: Mapping[int, Person]


def standing(reach: Reach, now: datetime) -> list[Counted]:
    """Return the open tickets counted, at most KEPT_FOR seconds old."""
    return [Counted(*row) for row in _kept(reach, "open", lambda: supervision.standing(reach, now))]


def answering(rows: Sequence[Counted], reach: Reach, of: str, now: datetime) -> list[Answered]:
    """Return who answers for the open tickets, at most KEPT_FOR seconds old; of persons, `rows` tell it."""
    if of == "person":
        return workload.answered(rows)
    return [Answered(*row) for row in _kept(reach, of, lambda: supervision.answering(reach, of, now))]


def _kept(reach: Reach, what: str, counted: Callable[[], Sequence[tuple[Any, ...]]]) -> list[tuple[Any, ...]]:
    reached = f"{what} {sorted(reach.desks) if reach.desks is not None else 'all'} {sorted(reach.teams)}"
    key = f"insight:{sha256(reached.encode()).hexdigest()}"
    kept = cache.get(key)
    if kept is None:
        kept = [tuple(row) for row in counted()]
        cache.set(key, kept, KEPT_FOR)
    found: list[tuple[Any, ...]] = kept
    return found


def names(rows: Iterable[Counted], answered: Iterable[Answered], ways: Iterable[tuple[int, int]]) -> Names:
    """Return the names of teams and persons; two statements."""
    seen, told = list(rows), list(answered)
    teams = {row.team_id for row in seen} | {row.team_id for row in told} | {team for way in ways for team in way}
    persons = {row.assignee_id for row in seen if row.assignee_id} | {row.steward_id for row in told if row.steward_id}
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


def who_answers(answered: Sequence[Answered], of: str, known: Names, reach: Reach) -> list[Row]:
    """Return who answers for how many, with others and overdue; by subject, and then by whom.

    Nobody is named to a reader who may not tell persons apart; of what nobody by name answers for, a team does.
    """
    told = answered
    if of == "person":
        told = [row for row in answered if row.key and _may_name(row.key, row, known, reach)]
    whole: dict[int, Counter[str]] = {}
    persons: dict[int, Counter[int]] = {}
    for row in told:
        counted = whole.setdefault(row.key, Counter())
        counted.update(n=row.n, elsewhere=row.elsewhere, overdue=row.overdue)
        if row.steward_id is None:
            counted["nobody"] += row.n
        elif _may_name(row.steward_id, row, known, reach):
            persons.setdefault(row.key, Counter())[row.steward_id] += row.n
    first = sorted(whole.items(), key=lambda pair: (-pair[1]["n"], pair[0]))[:MOST_PERSONS]
    named = _answering_names(of, [key for key, _counted in first], known)
    column = {"person": "steward", "team": "answers"}.get(of, of)
    return [
        Row(
            named.get(key, ""), 0,
            [
                Figure(counted["n"], asked.tickets(**{column: key})),
                Figure(counted["elsewhere"], asked.tickets(**{column: key}, elsewhere=1)),
                Figure(counted["overdue"], asked.tickets(**{column: key}, due="overdue")),
                *([] if of == "person" else [Figure(counted["nobody"], asked.tickets(**{column: key}, steward=0))]),
            ],
            persons=[
                (known.persons[pk].name, Figure(n, asked.tickets(**{column: key}, steward=pk)))
                for pk, n in persons.get(key, Counter()).most_common(MOST_NAMED)
                if of != "person" and pk in known.persons
            ],
        )
        for key, counted in first
    ]  # fmt: skip


def _answering_names(of: str, keys: Sequence[int], known: Names) -> Mapping[int, str]:
    if of == "person":
        return {pk: person.name for pk, person in known.persons.items()}
    if of == "team":
        return dict(Team.objects.filter(pk__in=keys).values_list("pk", "name"))
    return _named(of, keys)


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


def matrix(ways: Mapping[tuple[int, int], Ways], known: Names, weeks: int) -> tuple[list[Team], list[Row]]:
    """Return the receiving teams, and for each giving one how many tickets it passed to each of them.

    The total of a line is of how many tickets it was given the team passed on with nothing done.
    """
    most = max((found.n for found in ways.values()), default=0)
    left: Counter[int] = Counter()
    for (giver, _getter), found in ways.items():
        left[giver] += found.idle
    order = sorted(known.teams.values(), key=lambda team: (team.line, team.name))
    gives = [team for team in order if any(pair[0] == team.pk for pair in ways)]
    gets = [team for team in order if any(pair[1] == team.pk for pair in ways)]
    return gets, [
        Row(
            team.name, team.line,
            [
                Figure(n, asked.tickets(**{"from": team.pk, "to": to.pk, "weeks": weeks}), shade=charts.shade(n, most))
                for to in gets
                for n in [ways[team.pk, to.pk].n if (team.pk, to.pk) in ways else 0]
            ],
            Figure(left[team.pk], asked.tickets(idle=team.pk, weeks=weeks)),
        )
        for team in gives
    ]  # fmt: skip


def over_time(reach: Reach, by: str, period: asked.Period) -> list[Row]:
    """Return how many tickets of the commonest services, categories or sites came in each week."""
    counted: dict[int, Counter[str]] = {}
    for (monday, key), sums in supervision.weeks(reach, by, since=period.since).items():
        counted.setdefault(key, Counter())[monday.isoformat()] += sums.opened
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
    for (monday, _key), sums in supervision.weeks(reach, "all", since=period.since).items():
        if monday.isoformat() in weeks:
            weeks[monday.isoformat()] += sums
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


def costs(reach: Reach, by: str, period: asked.Period, currencies: Mapping[int, str]) -> list[Spent]:
    """Return what the work on the tickets of each service or customer took and cost, the dearest first.

    currencies  by desk: what desks with the same one spent on a customer is added up, amounts in two never are
    """
    whole: dict[tuple[str, int], Sums] = {}
    for (desk, key), sums in supervision.spent(reach, by, since=period.since).items():
        total = whole.setdefault((currencies.get(desk, ""), key), Sums())
        total += sums
    dear = sorted((pair for pair in whole.items() if pair[1].spent), key=lambda pair: (-pair[1].cost, -pair[1].spent))
    named = _named(by, [key for (_currency, key), _sums in dear[:MOST_CUSTOMERS]])
    return [
        Spent(
            named.get(key, ""), Figure(sums.opened, asked.tickets(**{by: key}, weeks=period.weeks)),
            round(sums.spent / 3600, 1), sums.cost, round(sums.cost / max(sums.opened, 1), 2), currency,
        )
        for (currency, key), sums in dear[:MOST_CUSTOMERS]
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


def _may_name(person_id: int, row: Counted | Answered, known: Names, reach: Reach) -> bool:
    team = known.teams.get(row.team_id)
    return team is not None and reach.names(person_id, team.pk, team.desk_id)


def _named(by: str, keys: Sequence[int]) -> dict[int, str]:
    language = get_language() or "en"
    if by in ("service", "category"):
        model = Service if by == "service" else Category
        return {row.pk: pick(row.name, language) for row in model._default_manager.filter(pk__in=keys)}
    model_of = {"site": Site, "organisation": Organisation}[by]
    return dict(model_of._default_manager.filter(pk__in=keys).values_list("pk", "name"))
