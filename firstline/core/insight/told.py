"""What a supervisor's page shows, as data for programs: the same reads, the same sums, ids beside the names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from firstline.core.insight import supervision, workload
from firstline.core.insight.days import NAMES, Sums
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import Answered, Counted, Load
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Organisation, Person, Site, Team
from firstline.core.services.models import Category, Service

Told = dict[str, Any]
_OVER_TIME = ("service", "category", "site")
_ANSWERS = ("person", "team", "service", "organisation")
_COSTS = ("service", "organisation")


@dataclass(frozen=True)
class Known:
    """Teams, and the names of the persons and things that the reader may tell apart, by kind and id."""

    teams: Mapping[int, Team]
    names: Mapping[str, Mapping[int, str]]

    def of(self, kind: str, key: int) -> Told:
        """Return an id with its name; 0 is none."""
        return {"id": key or None, "name": self.names[kind].get(key, "")}


def figures(reach: Reach, *, mondays: Sequence[date], now: datetime, language: str) -> Told:
    """Return every section, ready for JSON; a constant number of statements."""
    rows = supervision.standing(reach, now)
    since = mondays[0]
    answered = {"person": workload.answered(rows)}
    answered |= {of: supervision.answering(reach, of, now) for of in _ANSWERS[1:]}
    ways = supervision.passages(reach, since=since)
    weeks = {by: supervision.weeks(reach, by, since=since) for by in ("all", *_OVER_TIME)}
    spent = {by: supervision.spent(reach, by, since=since) for by in _COSTS}
    currencies = {desk.pk: desk.currency for desk in supervision.desks(reach)}
    known = _known(rows, answered, ways, weeks, spent, language)
    named = [row for row in rows if row.assignee_id and _may_name(row.assignee_id, row, known, reach)]
    taken_at = supervision.taken_at(reach)
    return {
        "as_of": now.isoformat(), "weeks_counted_at": taken_at.isoformat() if taken_at else None,
        "since": since.isoformat(),
        "load": _load(workload.whole(rows)),
        "load_by_team": _loads(rows, "team_id", "team", known),
        "load_by_person": _loads(named, "assignee_id", "person", known),
        "forecast": [{"hour": hour, "overdue": n} for hour, n in enumerate(workload.forecast(rows), 1)],
        "ageing": [
            {"team": known.of("team", pk), "days": dict(zip(_ages(), ages, strict=True))}
            for pk, ages in sorted(workload.ageing(rows).items())
        ],
        "answers": {of: _answers(of, told, known, reach) for of, told in answered.items()},
        "hand_overs": [
            {"from_team": known.of("team", giver), "to_team": known.of("team", getter), "tickets": way.n,
             "idle": way.idle, "to_and_fro": way.back}
            for (giver, getter), way in sorted(ways.items())
        ],
        "quality": [_week(monday, weeks["all"].get((monday, 0), Sums())) for monday in mondays],
        "over_time": {by: _over_time(by, weeks[by], known) for by in _OVER_TIME},
        "costs": {by: _costs(by, spent[by], currencies, known) for by in _COSTS},
    }  # fmt: skip


def _known(
    rows: Iterable[Counted], answered: Mapping[str, Sequence[Answered]], ways: Iterable[tuple[int, int]],
    weeks: Mapping[str, Mapping[tuple[date, int], Sums]], spent: Mapping[str, Mapping[tuple[int, int], Sums]],
    language: str,
) -> Known:  # fmt: skip
    """Return whatever is named; six statements."""
    seen = list(rows)
    keys: dict[str, set[int]] = {kind: {row.key for row in told} for kind, told in answered.items()}
    keys["person"] |= {row.assignee_id for row in seen if row.assignee_id}
    keys["team"] |= {row.team_id for row in seen} | {team for way in ways for team in way}
    for found in (weeks, spent):
        for by, sums in found.items():
            keys.setdefault(by, set()).update(key for _other, key in sums)
    teams = Team.objects.in_bulk(keys["team"])
    names: dict[str, Mapping[int, str]] = {"team": {pk: team.name for pk, team in teams.items()}}
    for kind, plain in (("person", Person), ("organisation", Organisation), ("site", Site)):
        names[kind] = dict(plain._default_manager.filter(pk__in=keys[kind]).values_list("pk", "name"))
    for kind, model in (("service", Service), ("category", Category)):
        words = model._default_manager.filter(pk__in=keys[kind]).values_list("pk", "name")
        names[kind] = {pk: pick(name, language) for pk, name in words}
    return Known(teams, names)


def _may_name(person_id: int, row: Counted | Answered, known: Known, reach: Reach) -> bool:
    team = known.teams.get(row.team_id)
    return team is not None and reach.names(person_id, team.pk, team.desk_id)


def _load(load: Load) -> Told:
    told = asdict(load)
    return {**told, "due_within_4_hours": told.pop("soon"), "waiting": told.pop("waits")}


def _loads(rows: Sequence[Counted], column: str, kind: str, known: Known) -> list[Told]:
    found = workload.load(rows, lambda row: getattr(row, column))
    return [{kind: known.of(kind, pk), **_load(load)} for pk, load in found.items()]


def _ages() -> list[str]:
    return [f"under_{days}" for days in workload.AGES] + [f"{workload.AGES[-1]}_and_more"]


def _answers(of: str, answered: Sequence[Answered], known: Known, reach: Reach) -> list[Told]:
    counted: dict[int, Counter[str]] = {}
    for row in answered:
        if of != "person" or _may_name(row.key, row, known, reach):
            nobody = row.n if row.steward_id is None else 0
            sums = {"open": row.n, "with_others": row.elsewhere, "overdue": row.overdue, "nobody_by_name": nobody}
            counted.setdefault(row.key, Counter()).update(sums)
    order = sorted(counted.items(), key=lambda pair: (-pair[1]["open"], pair[0]))
    return [{"of": known.of(of, key), **sums} for key, sums in order]


def _week(monday: date, sums: Sums) -> Told:
    counts = ("opened", "resolved", "judged", "kept", "first_contact", "rated", "score")
    return {"monday": monday.isoformat(), **{name: getattr(sums, name) for name in NAMES if name in counts}}


def _over_time(by: str, weeks: Mapping[tuple[date, int], Sums], known: Known) -> list[Told]:
    found: dict[int, dict[str, int]] = {}
    for (monday, key), sums in sorted(weeks.items()):
        found.setdefault(key, {})[monday.isoformat()] = sums.opened
    order = sorted(found.items(), key=lambda pair: (-sum(pair[1].values()), pair[0]))
    return [{"of": known.of(by, key), "opened": opened} for key, opened in order]


def _costs(
    by: str, spent: Mapping[tuple[int, int], Sums], currencies: Mapping[int, str], known: Known
) -> list[Told]:  # fmt: skip
    dear = sorted(spent.items(), key=lambda pair: (-pair[1].cost, -pair[1].spent, pair[0]))
    return [
        {"of": known.of(by, key), "tickets": sums.opened, "seconds": sums.spent, "cost": str(sums.cost),
         "currency": currencies.get(desk, "")}
        for (desk, key), sums in dear
        if sums.spent
    ]  # fmt: skip
