"""What a supervisor's page reads: the open tickets in one scan of the queue, the days, and what was passed on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from firstline.core.insight.days import NAMES, Sums
from firstline.core.insight.models import Day, Figures, Taken
from firstline.core.insight.passing import DEEDS, Deed, Passed, Stay
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import AGES, HOURS, LATER, OVERDUE, WAITS, Counted
from firstline.core.journal.models import Entry
from firstline.core.ownership.models import Holding, QueuePlace
from firstline.core.tickets.states import WAITING

# SQLite would go by the queue's index and then look up each row: every row is wanted, so reading on is half the price.
_SCAN = """
SELECT q.team_id, q.assignee_id, q.steward_id, {due} AS due, {age} AS age, COUNT(*)
FROM {places} q {hint} JOIN {figures} f ON f.id = q.ticket_id
WHERE q.part = 'carries' AND {reached}
GROUP BY 1, 2, 3, 4, 5
"""


def standing(reach: Reach, now: datetime) -> list[Counted]:
    """Return the open tickets, counted by who has them, when they are due and how old they are; one statement."""
    due, due_values = _due(now)
    age, age_values = _age(now)
    reached, reach_values = _reached(reach)
    sql = _SCAN.format(
        due=due, age=age, reached=reached, places=QueuePlace._meta.db_table, figures=Figures._meta.db_table,
        hint="NOT INDEXED" if connection.vendor == "sqlite" else "",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, [*due_values, *age_values, *reach_values])
        return [Counted(*row) for row in cursor.fetchall()]


def days(reach: Reach, by: str, *, since: date, until: date) -> dict[tuple[date, int], Sums]:
    """Return what came on each day from `since` to before `until`, by key; one statement."""
    rows = Day.objects.filter(reach.of_rows(), by=by, on__gte=since, on__lt=until)
    found = rows.order_by().values_list("on", "key").annotate(*(Sum(name) for name in NAMES))
    return {(on, key): Sums(*sums) for on, key, *sums in found}


def taken_at(reach: Reach) -> datetime | None:
    """Return when the figures of days were last taken; None if they never were."""
    desks = Q() if reach.desks is None else Q(desk_id__in=reach.desks) | Q(desk__teams__in=reach.teams)
    return Taken.objects.filter(desks).order_by("-taken_at").values_list("taken_at", flat=True).first()


def passed(reach: Reach, *, since: datetime, until: datetime) -> list[Passed]:
    """Return which tickets went from which team to which, first to last; one statement.

    Where the giving team is reached; a holding ends at the instant at which the next one is accepted. A change of
    shift is nobody's hand-over.
    """
    then = Holding.objects.filter(ticket=OuterRef("ticket"), accepted_at=OuterRef("ended_at")).exclude(
        pk=OuterRef("pk")
    )
    gone = Holding.objects.filter(
        reach.of_rows(desk="team__desk_id"), ending__in=GIVEN, ended_at__gte=since, ended_at__lt=until
    )
    before = Holding.objects.filter(ticket=OuterRef("ticket"), ended_at=OuterRef("accepted_at"), ending__in=GIVEN)
    came = before.exclude(pk=OuterRef("pk")).exclude(team=OuterRef("team"))
    rows = gone.annotate(to=Subquery(then.values("team_id")[:1]), whole=Exists(came))
    named = rows.exclude(to=None).exclude(to=F("team_id")).order_by("ended_at", "pk")
    told = named.values_list("ticket_id", "team_id", "to", "whole", "accepted_at", "ended_at", "offered_by", "person")
    return [
        Passed(ticket, team, to, Stay(began, ended, by, who) if whole and began and ended else None)
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
    whens = [f"WHEN f.opened > %s THEN {age}" for age in range(len(AGES))]
    bounds = [int((now - timedelta(days=days)).timestamp()) for days in AGES]
    return f"CASE {' '.join(whens)} ELSE {len(AGES)} END", bounds


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
