"""What a supervisor's page reads: the open tickets in one scan of the queue, the days, and what was passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum

from firstline.core.insight.days import NAMES, Sums
from firstline.core.insight.models import Passage, Taken, Week
from firstline.core.insight.passing import DEEDS, Deed, Passed, Stay
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import AGES, HOURS, LATER, OVERDUE, WAITS, Answered, Counted
from firstline.core.journal.models import Entry
from firstline.core.ownership.models import Holding, QueuePlace
from firstline.core.people.models import Desk, Team
from firstline.core.tickets.states import WAITING


class Ways(NamedTuple):
    """How many tickets went one way, and of them idle, and back to a team that had given them away."""

    n: int
    idle: int
    back: int


# SQLite would go by the queue's index and then look up each row: every row is wanted, so reading on is half the price.
_SCAN = """
SELECT q.team_id, q.assignee_id, q.steward_id, {due} AS due, {age} AS age, COUNT(*)
FROM {places} q {hint}
WHERE q.part = 'carries' AND {reached}
GROUP BY 1, 2, 3, 4, 5
"""
_ANSWERS = """
SELECT {key} AS about, q.steward_id, q.team_id, COUNT(*),
    SUM(CASE WHEN q.steward_id IS NULL OR q.assignee_id = q.steward_id THEN 0 ELSE 1 END),
    SUM(CASE WHEN q.state NOT IN ({waiting}) AND q.due_at < %s THEN 1 ELSE 0 END)
FROM {places} q {hint} LEFT JOIN {places} a ON a.ticket_id = q.ticket_id AND a.part = 'answers'
WHERE q.part = 'carries' AND {reached}
GROUP BY 1, 2, 3
"""
_KEYS = {
    "team": "COALESCE(a.team_id, q.team_id)",
    "service": "COALESCE(q.service_id, 0)",
    "organisation": "COALESCE(q.organisation_id, 0)",
}


def standing(reach: Reach, now: datetime) -> list[Counted]:
    """Return the open tickets, counted by who has them, when they are due and how old they are; one statement."""
    due, due_values = _due(now)
    age, age_values = _age(now)
    reached, reach_values = _reached(reach)
    sql = _SCAN.format(
        due=due, age=age, reached=reached, places=QueuePlace._meta.db_table,
        hint="NOT INDEXED" if connection.vendor == "sqlite" else "",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, [*due_values, *age_values, *reach_values])
        return [Counted(*row) for row in cursor.fetchall()]


def answering(reach: Reach, of: str, now: datetime) -> list[Answered]:
    """Return the open tickets counted by what they are about and who answers for them; one statement.

    of   what the key is: "team" (that answers), "service", "organisation"; of persons, workload.answered tells
    """
    reached, reach_values = _reached(reach)
    waiting = sorted(WAITING)
    sql = _ANSWERS.format(
        key=_KEYS[of], reached=reached, places=QueuePlace._meta.db_table,
        hint="NOT INDEXED" if connection.vendor == "sqlite" else "", waiting=", ".join(["%s"] * len(waiting)),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, [*waiting, _bound(now), *reach_values])
        return [Answered(*row) for row in cursor.fetchall()]


def desks(reach: Reach) -> list[Desk]:
    """Return the desks of which something is reached; one statement."""
    found = Desk.objects.filter(ended_at=None)
    if reach.desks is not None:
        found = found.filter(Q(pk__in=reach.desks) | Q(teams__in=reach.teams)).distinct()
    return list(found.order_by("pk"))


def desk_ids(reach: Reach) -> list[int]:
    """Return the desks to ask one by one: those reached whole or in part; a statement where all are."""
    if reach.desks is not None and not reach.teams:
        return sorted(reach.desks)
    return [desk.pk for desk in desks(reach)]


def weeks(reach: Reach, by: str, *, since: date, key: int | None = None) -> dict[tuple[date, int], Sums]:
    """Return what came in each week from the Monday `since` on, by Monday and key (or of one key); one statement."""
    rows = Week.objects.filter(reach.of_sums(), by=by, monday__gte=since, **({} if key is None else {"key": key}))
    found = rows.order_by().values_list("monday", "key").annotate(*(Sum(name) for name in NAMES))
    return {(monday, key): Sums(*sums) for monday, key, *sums in found}


def spent(reach: Reach, by: str, *, since: date) -> dict[tuple[int, int], Sums]:
    """Return what tickets that came from the Monday `since` on come to, by desk and key; one statement."""
    rows = Week.objects.filter(reach.of_sums(), by=by, monday__gte=since).order_by()
    found = rows.values_list("desk_id", "key").annotate(*(Sum(name) for name in NAMES))
    return {(desk, key): Sums(*sums) for desk, key, *sums in found}


def taken_at(reach: Reach) -> datetime | None:
    """Return when the figures of days were last taken; None if they never were."""
    desks = Q() if reach.desks is None else Q(desk_id__in=reach.desks) | Q(desk__teams__in=reach.teams)
    return Taken.objects.filter(desks).order_by("-taken_at").values_list("taken_at", flat=True).first()


def passages(reach: Reach, *, since: date) -> dict[tuple[int, int], Ways]:
    """Return how many tickets last went from team to team on `since` or later, by the two; one statement."""
    rows = Passage.objects.filter(reach.of_passages(), on__gte=since).order_by()
    counted = rows.values_list("from_id", "to_id").annotate(
        n=Count("pk"), left=Count("pk", filter=Q(idle=True)), ways_back=Count("pk", filter=Q(back=True))
    )
    return {(from_id, to_id): Ways(*counts) for from_id, to_id, *counts in counted}


def moved(desk_id: int, begins: datetime, ends: datetime) -> list[int]:
    """Return the tickets that a team of the desk passed on, or gave back, in this time; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [_bound(begins), _bound(ends), desk_id])
        return [pk for (pk,) in cursor.fetchall()]


def passed(ticket_ids: Sequence[int]) -> list[Passed]:
    """Return how these tickets went from team to team, first to last; one statement.

    A holding ends at the instant at which the next one is accepted. A change of shift is nobody's hand-over.
    """
    then = Holding.objects.filter(ticket=OuterRef("ticket"), accepted_at=OuterRef("ended_at")).exclude(
        pk=OuterRef("pk")
    )
    gone = Holding.objects.filter(ticket__in=ticket_ids, ending__in=GIVEN)
    before = Holding.objects.filter(ticket=OuterRef("ticket"), ended_at=OuterRef("accepted_at"), ending__in=GIVEN)
    came = before.exclude(pk=OuterRef("pk")).exclude(team=OuterRef("team"))
    rows = gone.annotate(to=Subquery(then.values("team_id")[:1]), whole=Exists(came))
    named = rows.exclude(to=None).exclude(to=F("team_id")).order_by("ended_at", "pk")
    told = named.values_list("ticket_id", "team_id", "to", "whole", "accepted_at", "ended_at", "offered_by", "person")
    return [
        Passed(ticket, team, to, Stay(began, ended, by, who) if whole and began and ended else None, ended)
        for ticket, team, to, whole, began, ended, by, who in told
    ]


def deeds(passed: Sequence[Passed]) -> list[Deed]:
    """Return what people did on the tickets that a team passed on after it had been given them; one statement."""
    chains = {f"ticket:{each.ticket_id}": each.ticket_id for each in passed if each.stay}
    keys, found = sorted(chains), []
    for begin in range(0, len(keys), _AT_ONCE):
        rows = Entry.objects.filter(chain__in=keys[begin : begin + _AT_ONCE], kind__in=DEEDS, by_id__isnull=False)
        found += [Deed(chains[chain], by, at) for chain, by, at in rows.values_list("chain", "by_id", "happened_at")]
    return found


GIVEN = (Holding.Ending.HANDED_OVER, Holding.Ending.RETURNED)
# The endings are written out: of values given beside, SQLite cannot tell that its index of only those has them all.
_MOVED = f"""
SELECT DISTINCT held.ticket_id FROM {Holding._meta.db_table} held
JOIN {Team._meta.db_table} team ON team.id = held.team_id
WHERE held.ending IN ('handed_over', 'returned') AND held.ended_at >= %s AND held.ended_at < %s AND team.desk_id = %s
ORDER BY held.ticket_id
"""
# Chains in one statement: databases bound how many values one may have.
_AT_ONCE = 20_000


def _due(now: datetime) -> tuple[str, list[Any]]:
    waiting = sorted(WAITING)
    marks = ", ".join(["%s"] * len(waiting))
    whens = [f"WHEN q.state IN ({marks}) THEN {WAITS}", f"WHEN q.due_at < %s THEN {OVERDUE}"]
    whens += [f"WHEN q.due_at < %s THEN {hour}" for hour in range(1, HOURS + 1)]
    instants = [_bound(now + timedelta(hours=hour)) for hour in range(HOURS + 1)]
    return f"CASE {' '.join(whens)} ELSE {LATER} END", [*waiting, *instants]


def _age(now: datetime) -> tuple[str, list[Any]]:
    """Tell how old a ticket is by its place alone: it was registered its span before its deadline.

    Reading its figures instead, PostgreSQL would read those of all tickets there are.
    """
    tellings = [after("q", now - timedelta(days=days)) for days in AGES]
    whens = [f"WHEN {told} THEN {age}" for age, (told, _bound) in enumerate(tellings)]
    return f"CASE {' '.join(whens)} ELSE {len(AGES)} END", [bound for _told, bound in tellings]


def after(places: str, at: datetime) -> tuple[str, Any]:
    """Return the SQL by which a ticket's place says that it was registered after an instant, and its one value."""
    begun, bound = _BEGUN[connection.vendor]
    return f"{begun.format(q=places)} > %s", bound(at)


_BEGUN: dict[str, tuple[str, Callable[[datetime], Any]]] = {
    "postgresql": ("{q}.due_at - {q}.span * INTERVAL '1 second'", lambda at: at),
    # In days, as SQLite counts time from an instant; the day of 1970 is 2440587.5.
    "sqlite": ("julianday({q}.due_at) - {q}.span / 86400.0", lambda at: 2440587.5 + at.timestamp() / 86400),
}


def _bound(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def _reached(reach: Reach) -> tuple[str, list[int]]:
    if reach.desks is None:
        return "1 = 1", []
    terms: list[str] = ["1 = 0"]
    values: list[int] = []
    for column, ids in (("desk_id", sorted(reach.desks)), ("team_id", sorted(reach.teams))):
        if ids:
            terms.append(f"q.{column} IN ({', '.join(['%s'] * len(ids))})")
            values += ids
    return f"({' OR '.join(terms)})", values


def mondays(until: date, weeks: int) -> Sequence[date]:
    """Return the Mondays of the last `weeks` weeks, that of `until` the last."""
    last = until - timedelta(days=until.weekday())
    return [last - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
