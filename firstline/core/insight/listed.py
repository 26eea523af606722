"""The tickets behind a figure: what a figure counts, asked for again as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import RawSQL

from firstline.core.insight import supervision
from firstline.core.insight.models import Passage
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import AGES, HOURS
from firstline.core.ownership.models import QueuePlace
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import counted
from firstline.core.tickets.states import WAITING

# Of those registered in a period: what has become of them.
OUTCOMES = ("resolved", "kept", "missed", "first", "rated")
# How many are counted where no kept sum says it.
MOST_COUNTED = 1000
_ABOUT = ("service_id", "category_id", "site_id", "organisation_id")


@dataclass(frozen=True)
class Asked:
    """Which tickets: open ones by who has them, when they are due and how old they are, or those of a period.

    answers_id  the team that answers for them
    elsewhere   somebody else has them than who answers for them
    due         "overdue", "soon" (within four hours), an hour "1" to "12", "waits", or ""
    age         0 to len(AGES), or None
    since       registered from this instant on, and before `until`; then they need not be open
    since_on    the day of `since`; what was passed on is counted from it on
    outcome     one of OUTCOMES, of those of a period
    way         last passed on from one team (None: any) to another (None: any)
    idle, back  of what was passed on: with nothing done, to a team that had given it away
    """

    team_id: int | None = None
    assignee_id: int | None = None
    steward_id: int | None = None
    answers_id: int | None = None
    unclaimed: bool = False
    elsewhere: bool = False
    due: str = ""
    age: int | None = None
    service_id: int | None = None
    category_id: int | None = None
    site_id: int | None = None
    organisation_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    since_on: date | None = None
    outcome: str = ""
    way: tuple[int | None, int | None] | None = None
    idle: bool = False
    back: bool = False


@dataclass(frozen=True)
class Listed:
    """Row ids of one page of them in order, how many there are, and whether there are more than that."""

    ids: Sequence[int]
    more: bool
    total: int
    capped: bool = False


def tickets(reach: Reach, asked: Asked, now: datetime, *, begin: int, size: int) -> Listed:
    """Return a page of them, the most urgent first where they are open, else the newest first; two statements."""
    if asked.way is not None:
        gone = _passed(reach, asked)
        return _page(gone, begin, size, gone.count())
    if asked.since is None or asked.until is None:
        places = _open(reach, asked, now)
        return _page(places, begin, size, places.count())
    came = _came(reach, asked, asked.since, asked.until)
    ids, more = _newest(reach, came, begin, size)
    if not more and ids:
        return Listed(ids, more, begin + len(ids))
    total = _kept_sum(reach, asked)
    if total is not None:
        return Listed(ids, more, max(total, begin + len(ids) + more))
    many = came.order_by()[: MOST_COUNTED + 1].count()
    return Listed(ids, more, max(min(many, MOST_COUNTED), begin + len(ids)), many > MOST_COUNTED)


def _page(found: QuerySet[Any, Any], begin: int, size: int, total: int) -> Listed:
    ids = list(found.values_list("ticket_id", flat=True)[begin : begin + size + 1])
    return Listed(ids[:size], len(ids) > size, total)


def _passed(reach: Reach, asked: Asked) -> QuerySet[Passage]:
    gone = Passage.objects.filter(reach.of_passages())
    if asked.since_on is not None:
        gone = gone.filter(on__gte=asked.since_on)
    from_id, to_id = asked.way or (None, None)
    named = {"from_id": from_id, "to_id": to_id, "idle": asked.idle or None, "back": asked.back or None}
    return gone.filter(**{name: value for name, value in named.items() if value is not None}).order_by("-on", "-pk")


def _open(reach: Reach, asked: Asked, now: datetime) -> QuerySet[QueuePlace]:
    places = QueuePlace.objects.filter(reach.of_rows(), part=QueuePlace.Part.CARRIES, **_same(asked, "ticket__"))
    if asked.due == "waits":
        places = places.filter(state__in=WAITING)
    elif asked.due:
        begins, ends = _hours(asked.due)
        due = places.exclude(state__in=WAITING).filter(due_at__lt=now + timedelta(hours=ends))
        places = due.filter(due_at__gte=now + timedelta(hours=begins)) if begins is not None else due
    if asked.elsewhere:
        places = places.filter(~Q(assignee=F("steward")) | Q(assignee=None), steward__isnull=False)
    if asked.answers_id is not None:
        answering = QueuePlace.objects.filter(ticket=OuterRef("ticket"), part=QueuePlace.Part.ANSWERS)
        own = Q(team_id=asked.answers_id) & ~Q(Exists(answering))
        places = places.filter(own | Q(Exists(answering.filter(team_id=asked.answers_id))))
    if asked.age is not None:
        places = _aged(places, asked.age, now)
    return places.order_by("rank", "ticket_id")


def _came(reach: Reach, asked: Asked, since: datetime, until: datetime) -> QuerySet[Ticket]:
    came = Ticket.objects.filter(reach.of_rows(), registered_at__gte=since, registered_at__lt=until, **_same(asked, ""))
    return _become(counted(came), asked.outcome)


def _same(asked: Asked, ticket: str) -> dict[str, int | None]:
    """Return what columns must be; 0 asks for none. `ticket` leads to the ticket's own where the row is not one."""
    same: dict[str, int | None] = {}
    for name in ("team_id", "assignee_id", "steward_id", *_ABOUT):
        value = getattr(asked, name)
        if value is not None:
            same[f"{ticket if name in ('category_id', 'site_id') else ''}{name}"] = value or None
    return same | ({"assignee_id": None} if asked.unclaimed else {})


def _become(came: QuerySet[Ticket], outcome: str) -> QuerySet[Ticket]:
    done = came.filter(resolved_at__isnull=False)
    if outcome == "resolved":
        return done
    if outcome in ("kept", "missed"):
        verdict = Clock.State.MET if outcome == "kept" else Clock.State.MISSED
        judged = Clock.objects.filter(
            ticket=OuterRef("pk"), kind=Clock.Kind.RESOLVE, state__in=(Clock.State.MET, Clock.State.MISSED)
        )
        return done.annotate(verdict=Subquery(judged.order_by("-pk").values("state")[:1])).filter(verdict=verdict)
    if outcome == "first":
        return done.filter(hand_overs=0, reopenings=0, team__line=1)
    return came.filter(score__isnull=False) if outcome == "rated" else came


def _newest(reach: Reach, came: QuerySet[Ticket], begin: int, size: int) -> tuple[list[int], bool]:
    """Return a page of them, the newest first: of each desk by its index, merged, for all desks have no order."""
    desks = supervision.desk_ids(reach)
    room = begin + size + 1
    parts = [came.filter(desk_id=desk).order_by("-registered_at", "-pk") for desk in desks]
    if not parts:
        return [], False
    selects: list[str] = []
    values: list[Any] = []
    for number, part in enumerate(parts):
        sql, given = part.values_list("registered_at", "pk")[:room].query.sql_with_params()
        selects.append(f"SELECT * FROM ({sql}) part_{number}")
        values += given
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({' UNION ALL '.join(selects)}) merged ORDER BY 1 DESC, 2 DESC LIMIT %s OFFSET %s",
            [*values, size + 1, begin],
        )
        ids = [row[1] for row in cursor.fetchall()]
    return ids[:size], len(ids) > size


def _kept_sum(reach: Reach, asked: Asked) -> int | None:
    """Return how many the kept sums of weeks say they are; None where no sum is kept of what is asked."""
    about = [name for name in _ABOUT if getattr(asked, name) is not None]
    others = (asked.team_id, asked.assignee_id, asked.steward_id, asked.answers_id)
    if len(about) > 1 or any(other is not None for other in others) or asked.since_on is None:
        return None
    by = about[0].removesuffix("_id") if about else "all"
    key = getattr(asked, about[0]) if about else 0
    weeks = supervision.weeks(reach, by, since=asked.since_on, key=key)
    whole = asked.until is not None and asked.since is not None and asked.until - asked.since > timedelta(days=8)
    sums = [found for (monday, _key), found in weeks.items() if whole or monday == asked.since_on]
    columns = {"": "opened", "resolved": "resolved", "kept": "kept", "first": "first_contact", "rated": "rated"}
    if asked.outcome == "missed":
        return sum(found.judged - found.kept for found in sums)
    return sum(int(getattr(found, columns[asked.outcome])) for found in sums)


def _hours(due: str) -> tuple[int | None, int]:
    if due == "soon":
        return 0, 4
    hour = int(due) if due.isdecimal() and 1 <= int(due) <= HOURS else 0
    return (hour - 1, hour) if hour else (None, 0)


def _aged(places: QuerySet[QueuePlace], age: int, now: datetime) -> QuerySet[QueuePlace]:
    """Return those whose tickets are so old, by the same reckoning as they were counted."""
    for days, younger in ((AGES[age - 1] if age else 0, False), (AGES[age] if age < len(AGES) else 0, True)):
        if days:
            told, bound = supervision.after(QueuePlace._meta.db_table, now - timedelta(days=days))
            place = Case(When(RawSQL(told, [bound], output_field=BooleanField()), then=True), default=False)
            places = places.alias(**{f"after_{days}": place}).filter(**{f"after_{days}": younger})
    return places
