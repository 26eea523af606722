"""Counting figures: one narrow pass on SQLite, a few grouped scans on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from firstline.core.insight import spreads
from firstline.core.insight.kpi import MANY, UNKNOWN, Counts, Trait
from firstline.core.insight.models import Figures, Variant
from firstline.core.people.models import Site, Team
from firstline.core.services.models import Category

CHUNK = 20_000
# Tickets from which on a second process counts more than it costs.
WORTH_SHARING = 100_000
TABLE = Figures._meta.db_table
# Small whole numbers side by side in one, so that a row of the pass costs few columns: Trait, unpacked below.
_TRAIT = (
    f"priority + 8 * (CASE WHEN made_sla THEN 1 ELSE 0 END"
    f" + 2 * (CASE WHEN reopenings > 0 THEN 1 ELSE 0 END + 2 * (CASE WHEN has_change THEN 1 ELSE 0 END"
    f" + 2 * (CASE WHEN reassignments > {MANY} THEN {MANY} ELSE reassignments END))))"
)
_TALLIES = {
    "traits": _TRAIT,
    "channels": "channel",
    "opened": "opened / 3600",
    "closed": "closed / 86400",
    # Whole hours to resolution, and the priority as the remainder by 8; null where it went below zero, too.
    "took": "CASE WHEN took >= 0 THEN took / 3600 * 8 + priority END",
    "teams": "team_id",
    "categories": "category_id",
    "sites": "site_id",
    "variants": "variant_id",
}
_TOGETHER = (
    ("traits", "channels"),
    ("teams", "categories"),
    *(("opened",), ("closed",), ("took",), ("sites",), ("variants",)),
)
_SUMS = {
    "events": "sum(events)",
    "last_opened": "max(opened)",
    "waited": "sum(waited)",
    "waiting_tickets": "sum(CASE WHEN waited > 0 THEN 1 ELSE 0 END)",
    "unresolved": "count(*) - count(took)",
    **{
        f"took_{priority}": f"sum(CASE WHEN priority = {priority} AND took >= 0 THEN took END)"
        for priority in range(1, 5)
    },
}


@dataclass(frozen=True)
class Period:
    """Which tickets are counted: of one desk or all, opened from a day on and before another (UTC); never spam."""

    desk_id: int | None = None
    from_on: date | None = None
    to_on: date | None = None
    # Ids of tickets, the first and the one behind the last: a part of the whole, to be counted by one process.
    part: tuple[int, int] | None = None

    def where(self) -> tuple[str, list[int]]:
        """Return the condition in SQL, and its values."""
        terms, values = ["NOT spam"], []
        if self.desk_id is not None:
            terms.append("desk_id = %s")
            values.append(self.desk_id)
        if self.from_on is not None:
            terms.append("opened >= %s")
            values.append(_midnight(self.from_on))
        if self.to_on is not None:
            terms.append("opened < %s")
            values.append(_midnight(self.to_on))
        if self.part is not None:
            terms.append("id >= %s AND id < %s")
            values += self.part
        return " AND ".join(terms), values


Tallies = dict[str, Counter[Any]]


def counts(period: Period, tallies: Tallies | None = None) -> Counts:
    """Return the counts `kpi.kpi` tells figures from.

    tallies  what `tally` returned for the period, or for its parts, merged; counted here if None
    """
    if tallies is None:
        tallies = tally(period)
    totals = _totals(period)
    return Counts(
        events=totals["events"],
        traits={_trait(packed): n for packed, n in tallies["traits"].items()},
        channels=tallies["channels"],
        opened=tallies["opened"],
        last_opened=totals["last_opened"],
        closed={day: n for day, n in tallies["closed"].items() if day is not None},
        took=spreads.told(tallies["took"], totals, lambda hours: _seconds(period, hours)),
        unresolved=totals["unresolved"],
        waited=totals["waited"],
        waiting_tickets=totals["waiting_tickets"],
        problems=_problems(period),
        teams=_named(tallies["teams"], Team),
        categories=_named(tallies["categories"], Category),
        sites=_named(tallies["sites"], Site),
        variants=_paths(tallies["variants"]),
    )


def tally(period: Period) -> Tallies:
    """Return tickets by each of `_TALLIES`, what was seen first coming first."""
    return _grouped(period) if connection.vendor == "postgresql" else _in_one_pass(period)


def merged(parts: Iterable[Tallies]) -> Tallies:
    """Return the tallies of parts, given in their order, as those of the whole."""
    whole: Tallies = {name: Counter() for name in _TALLIES}
    for part in parts:
        for name, counter in part.items():
            whole[name].update(counter)
    return whole


def parts(period: Period, count: int) -> list[Period]:
    """Return the period in `count` parts of about as many tickets each; one part if there are few, or the
    database counts on several cores by itself."""
    ends = Figures.objects.aggregate(first=Min("id"), last=Max("id"))
    first, last = ends["first"] or 0, ends["last"] or 0
    if connection.vendor == "postgresql" or last - first < WORTH_SHARING:
        return [period]
    width = (last - first) // count + 1
    return [replace(period, part=(first + width * n, first + width * (n + 1))) for n in range(count)]


def _in_one_pass(period: Period) -> Tallies:
    """Count every tally in Python from one scan: SQLite would sort the table once for each GROUP BY."""
    where, values = period.where()
    found: Tallies = {name: Counter() for name in _TALLIES}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_TALLIES.values())} FROM {TABLE} WHERE {where}", values)
        while rows := cursor.fetchmany(CHUNK):
            for counter, column in zip(found.values(), zip(*rows, strict=True), strict=True):
                counter.update(column)
    return found


def _grouped(period: Period) -> Tallies:
    """Count tallies that have few values two by two, the rest one by one, each by a scan of all cores."""
    where, values = period.where()
    found: Tallies = {name: Counter() for name in _TALLIES}
    with connection.cursor() as cursor:
        for names in _TOGETHER:
            keys = ", ".join(_TALLIES[name] for name in names)
            cursor.execute(
                f"SELECT count(*), {keys} FROM {TABLE} WHERE {where} GROUP BY {keys} ORDER BY min(id)", values
            )
            for n, *told in cursor.fetchall():
                for name, value in zip(names, told, strict=True):
                    found[name][value] += n
    return found


def _totals(period: Period) -> dict[str, int]:
    """Return the sums of `_SUMS`."""
    where, values = period.where()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(_SUMS.values())} FROM {TABLE} WHERE {where}", values)
        return {name: int(value or 0) for name, value in zip(_SUMS, cursor.fetchone(), strict=True)}


def _seconds(period: Period, hours: Collection[int]) -> list[tuple[int, int]]:
    """Return (priority, seconds to resolution) of the tickets that took one of these numbers of whole hours."""
    where, values = period.where()
    marks = ", ".join(["%s"] * len(hours))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT priority, took FROM {TABLE} WHERE took >= 0 AND took / 3600 IN ({marks}) AND {where}",
            [*hours, *values],
        )
        return list(cursor.fetchall())


def _problems(period: Period) -> dict[str, int]:
    where, values = period.where()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT problem, count(*) FROM {TABLE} WHERE NOT (problem = '') AND {where} GROUP BY problem", values
        )
        return dict(cursor.fetchall())


def _trait(packed: int) -> Trait:
    rest, priority = divmod(packed, 8)
    rest, made_sla = divmod(rest, 2)
    rest, reopened = divmod(rest, 2)
    reassignments, has_change = divmod(rest, 2)
    return Trait(priority, bool(made_sla), reassignments, bool(reopened), bool(has_change))


def _named(tally: Mapping[int | None, int], model: type[Team | Category | Site]) -> dict[str, int]:
    """Return the tally by name; what has no id, or none any more, is unknown."""
    names = {row.pk: str(row) for row in model._default_manager.filter(pk__in=[key for key in tally if key])}
    found: Counter[str] = Counter()
    for key, n in tally.items():
        found[names.get(key, UNKNOWN) if key else UNKNOWN] += n
    return found


def _paths(tally: Mapping[int, int]) -> dict[tuple[str, ...], int]:
    """Return the tally by path; all paths are read when some are, for they are far fewer than tickets."""
    states = dict(Variant.objects.values_list("id", "states")) if tally else {}
    return {tuple(states.get(variant, ())): n for variant, n in tally.items()}


def _midnight(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())
