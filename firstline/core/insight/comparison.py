"""What each tier would have cost a customer in a past period, and what of its promises would have been met. Pure.

The customer's tickets as they were, against each tier's own hours and targets: a promise is met if the working time
from its start to its end, waits taken off, is no more than the target. Nothing is estimated: what was faster would
have been as fast, what was slow as slow.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from firstline.core.sla.workclock import Pause, Schedule, elapsed, elapsed_with_pauses

CENT = Decimal("0.01")
RESOLVE = "resolve"


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket of the period.

    month    the first day of the month it was registered in, in the desk's zone
    spans    by kind of promise, from when to when it ran; None while it has not happened
    waits    the stretches taken off
    worked   when somebody worked on it, from when and how long
    """

    month: date
    spans: Sequence[tuple[str, datetime, datetime | None]]
    waits: Sequence[Pause] = ()
    worked: Sequence[tuple[datetime, timedelta]] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What a tier costs: `included` tickets a month are in the monthly price, all of them if it is None."""

    monthly: Decimal
    ticket: Decimal
    overtime_hour: Decimal
    included: int | None
    penalty: Decimal = Decimal(0)
    penalty_cap: int = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """What a tier promises for one ticket: its hours, and working seconds by kind of promise."""

    schedule: Schedule
    targets: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Column:
    """A tier in the comparison.

    kept       by kind of promise, how many were met and how many were due
    longest    by kind, the working time of the slowest
    """

    tickets: int
    unpromised: int
    kept: Mapping[str, tuple[int, int]]
    longest: Mapping[str, timedelta]
    monthly: Decimal
    beyond: int
    beyond_price: Decimal
    overtime_for: timedelta
    overtime_price: Decimal
    penalties: Decimal
    total: Decimal


@dataclass
class _Count:
    """What is counted ticket by ticket."""

    met: Counter[str] = field(default_factory=Counter)
    due: Counter[str] = field(default_factory=Counter)
    longest: dict[str, timedelta] = field(default_factory=dict)
    overtime: timedelta = timedelta(0)
    unpromised: int = 0


def compared(
    tickets: Sequence[tuple[Past, Terms | None]], price: Price, *, months: Sequence[date], now: datetime
) -> Column:
    """Return a tier's column.

    tickets   each ticket of the period with what the tier promises for it, None if nothing
    months    the first days of the period's months
    now       up to when a promise that still runs is measured; it counts only if it is broken already
    """
    count = _Count()
    for ticket, terms in tickets:
        if terms is None:
            count.unpromised += 1
        else:
            _count(count, ticket, terms, now)
    beyond = _beyond([ticket for ticket, _terms in tickets], price.included, months)
    monthly = price.monthly * len(months)
    broken = count.due[RESOLVE] - count.met[RESOLVE]
    penalties = min(price.penalty * broken, monthly * price.penalty_cap / 100).quantize(CENT)
    overtime = (price.overtime_hour * _hours(count.overtime)).quantize(CENT)
    return Column(
        tickets=len(tickets), unpromised=count.unpromised,
        kept={kind: (count.met[kind], due) for kind, due in sorted(count.due.items())}, longest=count.longest,
        monthly=monthly, beyond=beyond, beyond_price=price.ticket * beyond, overtime_for=count.overtime,
        overtime_price=overtime, penalties=penalties, total=monthly + price.ticket * beyond + overtime - penalties,
    )  # fmt: skip


def quarter_before(today: date) -> tuple[date, date]:
    """Return the last whole quarter before `today`, as its first day and the first day after it."""
    this = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    begin = date(this.year - 1, 10, 1) if this.month == 1 else date(this.year, this.month - 3, 1)
    return begin, this


def months_of(begin: date, end: date) -> list[date]:
    """Return the first days of the months in [begin, end)."""
    months, month = [], begin.replace(day=1)
    while month < end:
        months.append(month)
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def _count(count: _Count, ticket: Past, terms: Terms, now: datetime) -> None:
    for kind, start, end in ticket.spans:
        target = terms.targets.get(kind)
        if target is None:
            continue
        took = elapsed_with_pauses(start, end or now, ticket.waits, terms.schedule)
        met = took <= timedelta(seconds=target)
        if end is None and met:
            continue  # it runs, and may yet be met or broken
        count.due[kind] += 1
        count.met[kind] += met
        count.longest[kind] = max(took, count.longest.get(kind, took))
    for began, spent in ticket.worked:
        count.overtime += spent - elapsed(began, began + spent, terms.schedule)


def _beyond(tickets: Iterable[Past], included: int | None, months: Sequence[date]) -> int:
    if included is None:
        return 0
    by_month = Counter(ticket.month for ticket in tickets)
    return sum(max(0, by_month[month] - included) for month in months)


def _hours(length: timedelta) -> Decimal:
    return Decimal(int(length.total_seconds())) / 3600
