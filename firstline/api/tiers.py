"""What each tier would have cost a customer and kept, for those who set up the desk."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from ninja import Query
from pydantic import BaseModel, Field

from firstline.api.callers import Bearer, Caller, Http
from firstline.api.inputs import Id, Key
from firstline.api.problems import or_problem
from firstline.api.routes import desk
from firstline.api.shapes import Named
from firstline.core.insight import tiers
from firstline.core.insight.comparison import quarter_before
from firstline.core.insight.tiers import Compared
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.models import Desk, Organisation
from firstline.core.people.queries import desks_managed_by
from firstline.core.people.tokens import READ

# Every ticket of the period is held against every tier.
LONGEST = timedelta(days=366)


class Period(BaseModel):
    """Whose tickets, of which days, against whose tiers."""

    organisation: Id
    desk: Key = Field("", description="whose tiers, by key; needed by those who set up several desks")
    from_on: date | None = Field(None, description="the first day; without both days, the last whole quarter")
    to_on: date | None = Field(None, description="the first day no longer counted; at most a year after the first")


class Kept(BaseModel):
    """What became of one kind of promise under a tier."""

    clock: str = Field(description="take, first_response, next_response or resolve")
    met: int
    due: int
    longest_seconds: int | None = Field(description="working time of the slowest that ended")


class TierOut(BaseModel):
    """How the customer would have fared with a tier; sums of money are decimals written as text."""

    id: int
    name: str
    held: bool = Field(description="whether it is the one they have")
    tickets: int
    unpromised: int = Field(description="tickets for which it promises nothing")
    kept: list[Kept]
    currency: str
    monthly: str
    beyond: int = Field(description="tickets beyond those in the monthly price")
    beyond_price: str
    overtime_seconds: int = Field(description="work outside the agreement's hours")
    overtime_price: str
    penalties: str = Field(description="given back for promises to resolve that were broken")
    total: str


class ComparisonOut(BaseModel):
    """A customer's tickets of a period, held against every tier of a desk."""

    desk: str
    organisation: Named
    from_on: date
    to_on: date = Field(description="the first day no longer counted")
    tickets: int
    tiers: list[TierOut]


@desk.get(
    "/tiers/comparison", auth=Bearer(READ), response=or_problem(ComparisonOut), operation_id="compare_tiers"
)  # fmt: skip
def compare_tiers(request: Http, asked: Query[Period]) -> ComparisonOut:
    """Say what each tier would have cost a customer and kept, computed from their tickets as they were.

    For those who set up the desk; for everybody else there is no such page.
    """
    whose = _desk(request.auth, asked.desk)
    customer = Organisation.objects.filter(pk=asked.organisation, ended_at=None).first()
    if customer is None:
        raise NotThere(_("There is no such organisation."), field="organisation")
    now = timezone.now()
    begin, end = _days(asked, now.astimezone(ZoneInfo(whose.time_zone)).date())
    told = tiers.comparison(whose, customer.pk, begin=begin, end=end, now=now)
    return ComparisonOut(
        desk=whose.key, organisation=Named(id=customer.pk, name=customer.name), from_on=begin, to_on=end,
        tickets=told.tickets, tiers=[_tier(one) for one in told.tiers],
    )  # fmt: skip


def _desk(caller: Caller, key: str) -> Desk:
    managed = [each for each in desks_managed_by(caller.scope) if key in ("", each.key)]
    if not managed:
        raise NotThere(_("There is no such page."))
    if len(managed) > 1:
        raise BadInput(_("Say which desk: you set up several."), field="desk")
    return managed[0]


def _days(asked: Period, today: date) -> tuple[date, date]:
    if asked.from_on is None and asked.to_on is None:
        return quarter_before(today)
    if asked.from_on is None or asked.to_on is None:
        raise BadInput(_("Give both days, or neither."), field="to_on" if asked.from_on else "from_on")
    if not timedelta(0) < asked.to_on - asked.from_on <= LONGEST:
        raise BadInput(_("The last day must lie after the first, by at most a year."), field="to_on")
    if not 2000 <= asked.from_on.year <= 2199:
        raise BadInput(_("That day is too far away."), field="from_on")
    return asked.from_on, asked.to_on


def _tier(one: Compared) -> TierOut:
    column = one.column
    kept = [
        Kept(clock=kind, met=met, due=due, longest_seconds=_seconds(column.longest.get(kind)))
        for kind, (met, due) in column.kept.items()
    ]
    return TierOut(
        id=one.tier.pk, name=one.tier.name, held=one.held, tickets=column.tickets, unpromised=column.unpromised,
        kept=kept, currency=one.tier.currency, monthly=str(column.monthly), beyond=column.beyond,
        beyond_price=str(column.beyond_price), overtime_seconds=int(column.overtime_for.total_seconds()),
        overtime_price=str(column.overtime_price), penalties=str(column.penalties), total=str(column.total),
    )  # fmt: skip


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
