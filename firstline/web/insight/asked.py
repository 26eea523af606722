"""What a page of figures asks for, as its address says it; the address is the state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from firstline.core.insight import supervision
from firstline.core.insight.listed import OUTCOMES, Asked
from firstline.core.insight.workload import AGES
from firstline.core.people.models import Desk

PERIODS = (4, 12, 26, 52)
SUBJECTS = ("service", "category", "site")
# By what it is told who answers.
ANSWERS = ("person", "team", "service", "organisation")
_NUMBERS = ("team", "assignee", "steward", "answers", "service", "category", "site", "organisation")


@dataclass(frozen=True)
class Period:
    """The last so many weeks, Monday to Monday, on the desk's wall clock."""

    weeks: int
    today: date
    zone: ZoneInfo

    @property
    def mondays(self) -> list[date]:
        """The Mondays of its weeks, the present one the last."""
        return list(supervision.mondays(self.today, self.weeks))

    @property
    def since(self) -> date:
        """Its first day."""
        return self.mondays[0]

    @property
    def until(self) -> date:
        """The day after its last one."""
        return self.today + timedelta(days=1)

    def begins(self, on: date) -> datetime:
        """Return the instant at which a day begins."""
        return datetime.combine(on, time(), tzinfo=self.zone)


def period(query: Mapping[str, str], now: datetime, desks: Sequence[Desk]) -> Period:
    """Return the period an address asks for, twelve weeks if none; where desks have several zones, on the reader's."""
    weeks = query.get("weeks", "")
    zones = {desk.time_zone for desk in desks}
    here = timezone.get_current_timezone()
    if len(zones) == 1:
        here = ZoneInfo(zones.pop())
    zone = here if isinstance(here, ZoneInfo) else ZoneInfo("UTC")
    return Period(int(weeks) if weeks in {str(n) for n in PERIODS} else 12, now.astimezone(zone).date(), zone)


def subject(query: Mapping[str, str]) -> str:
    """Return by what tickets are sorted over time, services if nothing is said."""
    by = query.get("by", "")
    return by if by in SUBJECTS else SUBJECTS[0]


def answers(query: Mapping[str, str]) -> str:
    """Return by what it is told who answers, by person if nothing is said."""
    whose = query.get("whose", "")
    return whose if whose in ANSWERS else ANSWERS[0]


def tickets(**asked: object) -> str:
    """Return the address of the list of tickets so asked for."""
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    return _list() + (f"?{urlencode(given)}" if given else "")


@cache
def _list() -> str:
    """Return the list's address, which a page of figures names a thousand times."""
    return reverse("insight:tickets")


def read(query: Mapping[str, str], whole: Period) -> Asked:
    """Return which tickets an address asks for; what cannot be read is left out."""
    numbers: dict[str, Any] = {f"{name}_id": _number(query.get(name, "")) for name in _NUMBERS}
    age = _number(query.get("age", ""))
    asked = Asked(
        **numbers, unclaimed=query.get("unclaimed") == "1", elsewhere=query.get("elsewhere") == "1",
        due=query.get("due", "")[:8],
        age=age if age is not None and age <= len(AGES) else None,
        outcome=query.get("outcome", "") if query.get("outcome", "") in OUTCOMES else "",
    )  # fmt: skip
    return _within(asked, query, whole)


def _within(asked: Asked, query: Mapping[str, str], whole: Period) -> Asked:
    """Return it limited to a week, to a period, or to what was passed on in it."""
    begins, ends = whole.begins(whole.since), whole.begins(whole.until)
    monday = _day(query.get("week", ""))
    if query.keys() & {"from", "to", "fro", "idle"}:
        way = (_number(query.get("idle", query.get("from", ""))), _number(query.get("to", "")))
        return replace(asked, way=way, idle="idle" in query, back="fro" in query, since_on=whole.since)
    if monday is not None:
        begins, ends = whole.begins(monday), whole.begins(monday + timedelta(days=7))
    elif "weeks" not in query:
        return asked
    return replace(asked, since=begins, until=ends, since_on=monday or whole.since)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
