"""The tickets behind a figure: what a figure counts, asked for again as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import AGES, HOURS
from firstline.core.ownership.models import QueuePlace
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import counted
from firstline.core.tickets.states import WAITING

# Of those registered in a period: what has become of them.
OUTCOMES = ("resolved", "kept", "missed", "first", "rated")


@dataclass(frozen=True)
class Asked:
    """Which tickets: open ones by who has them, when they are due and how old they are, or those of a period.

    elsewhere somebody else has them than who answers for them
    due       "overdue", "soon" (within four hours), an hour "1" to "12", "waits", or ""
    age       0 to len(AGES), or None
    since     registered from this instant on, and before `until`; then they need not be open
    outcome   one of OUTCOMES, of those of a period
    among     row ids found otherwise: passed on, or gone to and fro
    """

    team_id: int | None = None
    assignee_id: int | None = None
    steward_id: int | None = None
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
    outcome: str = ""
    among: Sequence[int] | None = None


def tickets(reach: Reach, asked: Asked, now: datetime) -> QuerySet[Ticket]:
    """Return them, the most urgent first where they are open, else the newest first."""
    seen = Ticket.objects.filter(reach.of_rows(), **_same(asked))
    if asked.among is not None:
        return seen.filter(pk__in=asked.among).order_by("-pk")
    if asked.since is not None and asked.until is not None:
        came = counted(seen.filter(registered_at__gte=asked.since, registered_at__lt=asked.until))
        return _become(came, asked.outcome).order_by("-registered_at", "-pk")
    return seen.filter(_open(asked, now)).order_by("places__rank", "pk")


def _same(asked: Asked) -> dict[str, int | None]:
    """Return what columns must be; 0 asks for none."""
    names = ("team_id", "assignee_id", "steward_id", "service_id", "category_id", "site_id", "organisation_id")
    given = {name: getattr(asked, name) for name in names}
    same: dict[str, int | None] = {name: value or None for name, value in given.items() if value is not None}
    return same | ({"assignee_id": None} if asked.unclaimed else {})


def _become(came: QuerySet[Ticket], outcome: str) -> QuerySet[Ticket]:
    done = came.filter(resolved_at__isnull=False)
    if outcome == "resolved":
        return done
    if outcome in ("kept", "missed"):
        verdict = "met" if outcome == "kept" else "missed"
        return done.filter(clocks__kind="resolve", clocks__state=verdict).distinct()
    if outcome == "first":
        return done.filter(hand_overs=0, reopenings=0, team__line=1)
    return came.filter(score__isnull=False) if outcome == "rated" else came


def _open(asked: Asked, now: datetime) -> Q:
    place = Q(places__part=QueuePlace.Part.CARRIES)
    if asked.due == "waits":
        place &= Q(places__state__in=WAITING)
    elif asked.due:
        begins, ends = _hours(asked.due)
        place &= ~Q(places__state__in=WAITING)
        place &= Q(places__due_at__lt=now + timedelta(hours=ends))
        place &= Q(places__due_at__gte=now + timedelta(hours=begins)) if begins is not None else Q()
    if asked.elsewhere:
        place &= ~Q(assignee=F("steward")) | Q(assignee=None)
    if asked.age is not None:
        place &= _aged(asked.age, now)
    return place


def _hours(due: str) -> tuple[int | None, int]:
    if due == "soon":
        return 0, 4
    hour = int(due) if due.isdecimal() and 1 <= int(due) <= HOURS else 0
    return (hour - 1, hour) if hour else (None, 0)


def _aged(age: int, now: datetime) -> Q:
    bounds = [now - timedelta(days=days) for days in AGES]
    younger = Q(registered_at__lte=bounds[age - 1]) if age else Q()
    return younger & (Q(registered_at__gt=bounds[age]) if age < len(AGES) else Q())
