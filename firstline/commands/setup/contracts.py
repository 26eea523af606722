"""Tiers of service one can buy, and who bought which, from a day to a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import TypedDict, Unpack

from django.db import transaction

from firstline.commands import founding, recontracting
from firstline.commands.setup.desks import KeyTaken, locked_desk
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.models import Organisation
from firstline.core.services.models import Contract, Tier

COLUMNS: founding.Columns = {
    "name": founding.line("name", limit=80),
    "about": founding.words("about", limit=2000, needed=False),
    "position": founding.whole("position", 0, 30_000),
    "currency": founding.currency(),
    "price_monthly": founding.amount("price_monthly"),
    "price_ticket": founding.amount("price_ticket"),
    "price_overtime_hour": founding.amount("price_overtime_hour"),
    "penalty": founding.amount("penalty"),
    "penalty_cap": founding.whole("penalty_cap", 0, 100),
    "included_tickets": founding.Column(lambda many: many if many is None else _tickets(many)),
}


class TierColumns(TypedDict, total=False):
    """What is said of a tier besides its name."""

    about: Mapping[str, str]
    position: int
    currency: str
    price_monthly: Decimal
    price_ticket: Decimal
    price_overtime_hour: Decimal
    included_tickets: int | None
    penalty: Decimal
    penalty_cap: int


@transaction.atomic
def make_tier(*, desk_id: int, name: str, by_id: int | None, now: datetime, **given: Unpack[TierColumns]) -> Tier:
    """Offer a level of service at a price; what it promises stands in the agreements bound to it."""
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    values = founding.checked({"name": name, **given}, COLUMNS)
    if Tier.objects.filter(desk_id=desk_id, name=values["name"]).exists():
        raise KeyTaken(_("This desk has a tier of that name already."), field="name")
    tier = Tier.objects.create(desk_id=desk_id, **values)
    facts = {"tier": tier.pk, **founding.told(values, COLUMNS)}
    founding.tell(f"desk:{desk_id}", "tier made", by_id=by_id, now=now, facts=facts)
    return tier


@transaction.atomic
def change_tier(*, tier_id: int, by_id: int | None, now: datetime, **given: Unpack[TierColumns]) -> Tier:
    """Set what differs of a tier: its price, its volume, what a broken promise costs.

    Raises BadInput, NotThere, NotAllowed; then nothing is written.
    """
    desk_id = Tier.objects.filter(pk=tier_id, ended_at=None).values_list("desk_id", flat=True).first()
    founding.managing(by_id, desk_id)
    if desk_id is None:
        raise NotThere(_("There is no such tier."), field="tier")
    locked_desk(desk_id)
    tier = Tier.objects.get(pk=tier_id)
    facts = founding.change(tier, given, COLUMNS)
    if facts:
        founding.tell(f"desk:{desk_id}", "tier changed", by_id=by_id, now=now, facts={"tier": tier.pk, **facts})
    return tier


@transaction.atomic
def make_contract(
    *, organisation_id: int, tier_id: int, starts_on: date, by_id: int | None, now: datetime,
    ends_on: date | None = None, number: str = "",
) -> Contract:  # fmt: skip
    """Give an organisation the right to a tier from a day on, until the day `ends_on`, which no longer counts.

    Raises BadInput, NotThere, NotAllowed; then nothing is written.
    """
    tier = Tier.objects.filter(pk=tier_id, ended_at=None).first()
    founding.managing(by_id, tier.desk_id if tier else None)
    if tier is None:
        raise NotThere(_("There is no such tier."), field="tier")
    locked_desk(tier.desk_id)
    if not Organisation.objects.filter(pk=organisation_id, ended_at=None).exists():
        raise NotThere(_("There is no such organisation."), field="organisation")
    if ends_on is not None and ends_on <= starts_on:
        raise BadInput(_("A contract ends after it starts."), field="ends_on")
    called = written.line(number, field="number", limit=60, needed=False)
    contract = Contract.objects.create(
        organisation_id=organisation_id, desk_id=tier.desk_id, tier=tier, number=called, starts_on=starts_on,
        ends_on=ends_on,
    )  # fmt: skip
    facts = {
        "contract": contract.pk, "organisation": organisation_id, "tier": tier_id, "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat() if ends_on else None,
    }  # fmt: skip
    founding.tell(f"desk:{tier.desk_id}", "contract made", by_id=by_id, now=now, facts=facts)
    recontracting.owe_choice(contract, now=now, run_at=max(now, _midnight(starts_on)))
    if ends_on is not None and _midnight(ends_on) > now:
        recontracting.owe_choice(contract, now=now, run_at=_midnight(ends_on))
    return contract


@transaction.atomic
def end_contract(*, contract_id: int, by_id: int | None, now: datetime) -> Contract:
    """End a contract at once; promises given under it stay."""
    contract = Contract.objects.filter(pk=contract_id, ended_at=None).first()
    founding.managing(by_id, contract.desk_id if contract else None)
    if contract is None:
        raise NotThere(_("There is no such contract."))
    locked_desk(contract.desk_id)
    contract.ended_at = now
    contract.save(update_fields=["ended_at"])
    founding.tell(f"desk:{contract.desk_id}", "contract ended", by_id=by_id, now=now, facts={"contract": contract.pk})
    recontracting.owe_choice(contract, now=now)
    return contract


def _midnight(day: date) -> datetime:
    """Return when that day begins; agreements are chosen by the day it is in UTC."""
    return datetime.combine(day, time(), tzinfo=UTC)


def _tickets(many: int) -> int:
    return int(founding.whole("included_tickets", 0, 10**6).check(many))
