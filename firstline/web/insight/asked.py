"""What a page of figures asks for, as its address says it; the address is the state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from firstline.core.insight import passing, supervision
from firstline.core.insight.listed import OUTCOMES, Asked
from firstline.core.insight.passing import Passed
from firstline.core.insight.reach import Reach
from firstline.core.insight.workload import AGES

PERIODS = (4, 12, 26, 52)
SUBJECTS = ("service", "category", "site")
_NUMBERS = ("team", "assignee", "steward", "service", "category", "site", "organisation")


@dataclass(frozen=True)
class Period:
    """The last so many weeks, Monday to Monday, on the reader's wall clock."""

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


def period(query: Mapping[str, str], now: datetime) -> Period:
    """Return the period an address asks for, twelve weeks if none."""
    weeks = query.get("weeks", "")
    here = timezone.get_current_timezone()
    zone = here if isinstance(here, ZoneInfo) else ZoneInfo("UTC")
    return Period(int(weeks) if weeks in {str(n) for n in PERIODS} else 12, now.astimezone(zone).date(), zone)


def subject(query: Mapping[str, str]) -> str:
    """Return by what tickets are sorted over time, services if nothing is said."""
    by = query.get("by", "")
    return by if by in SUBJECTS else SUBJECTS[0]


def tickets(**asked: object) -> str:
    """Return the address of the list of tickets so asked for."""
    given = {name: value for name, value in asked.items() if value not in (None, "")}
    return reverse("insight:tickets") + (f"?{urlencode(given)}" if given else "")


def read(query: Mapping[str, str], reach: Reach, now: datetime) -> Asked:
    """Return which tickets an address asks for; what cannot be read is left out."""
    numbers: dict[str, Any] = {f"{name}_id": _number(query.get(name, "")) for name in _NUMBERS}
    age = _number(query.get("age", ""))
    asked = Asked(
        **numbers, unclaimed=query.get("unclaimed") == "1", elsewhere=query.get("elsewhere") == "1",
        due=query.get("due", "")[:8],
        age=age if age is not None and age <= len(AGES) else None,
        outcome=query.get("outcome", "") if query.get("outcome", "") in OUTCOMES else "",
    )  # fmt: skip
    return _within(asked, query, reach, now)


def _within(asked: Asked, query: Mapping[str, str], reach: Reach, now: datetime) -> Asked:
    """Return it limited to a week, to a period, or to what was passed on in it."""
    whole = period(query, now)
    begins, ends = whole.begins(whole.since), whole.begins(whole.until)
    if query.keys() & {"from", "fro", "idle"}:
        return Asked(among=sorted(_passed(query, supervision.passed(reach, since=begins, until=ends)))[-500:])
    monday = _day(query.get("week", ""))
    if monday is not None:
        begins, ends = whole.begins(monday), whole.begins(monday + timedelta(days=7))
    elif "weeks" not in query:
        return asked
    return replace(asked, since=begins, until=ends)


def _passed(query: Mapping[str, str], gone: Sequence[Passed]) -> Iterable[int]:
    """Return the tickets that went to and fro, that a team passed on with nothing done, or from one team to another."""
    if "fro" in query:
        return passing.to_and_fro(gone)
    if "idle" in query:
        team = _number(query["idle"])
        own = [each for each in gone if each.from_id == team]
        return {each.ticket_id for each in passing.idle(own, supervision.deeds(own))}
    pair = (_number(query.get("from", "")), _number(query.get("to", "")))
    return {each.ticket_id for each in gone if (each.from_id, each.to_id) == pair}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
