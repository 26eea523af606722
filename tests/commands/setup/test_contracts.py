"""Tiers and contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from firstline.commands import progress, recontracting
from firstline.commands.setup import contracts, desks
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.outbox.models import Job
from firstline.core.people.models import Person
from firstline.core.services.models import Tier
from firstline.core.sla.models import Clock
from tests import world

FIRST = date(2026, 1, 1)


@pytest.fixture
def chief(db: None) -> Person:
    """Return the manager of the desk."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=world.desk())


def _tier(chief: Person, **given: object) -> Tier:
    whole: dict[str, object] = {"desk_id": world.desk().pk, "name": "Gold", "by_id": chief.pk, "now": world.NINE}
    return contracts.make_tier(**{**whole, **given})  # type: ignore[arg-type]


def test_a_tier_has_its_price(chief: Person):
    tier = _tier(chief, price_monthly=Decimal("1490.005"), currency="UAH", included_tickets=10)

    tier.refresh_from_db()
    assert (tier.price_monthly, tier.currency, tier.included_tickets) == (Decimal("1490.00"), "UAH", 10)
    assert journal.told(f"desk:{world.desk().pk}")[-1].facts["price_monthly"] == "1490.00"


@pytest.mark.parametrize(
    "given", [{"price_ticket": Decimal(-1)}, {"price_ticket": Decimal("NaN")}, {"currency": "eur"}, {"name": ""}]
)
def test_a_tier_that_cannot_be_sold_is_refused(chief: Person, given: dict[str, object]):
    with world.refused(BadInput):
        _tier(chief, **given)


def test_a_tiers_name_is_used_once(chief: Person):
    _tier(chief)

    with world.refused(desks.KeyTaken):
        _tier(chief)


def test_a_contract_gives_a_tier_from_a_day_on_and_is_ended(chief: Person):
    tier, customer = _tier(chief), world.organisation()

    contract = contracts.make_contract(
        organisation_id=customer.pk, tier_id=tier.pk, starts_on=FIRST, by_id=chief.pk, now=world.NINE
    )
    contracts.end_contract(contract_id=contract.pk, by_id=chief.pk, now=world.now(days=1))

    contract.refresh_from_db()
    assert contract.ended_at == world.now(days=1)
    kinds = [entry.kind for entry in journal.told(f"desk:{world.desk().pk}")]
    assert kinds == ["tier made", "contract made", "contract ended"]


def test_a_contract_that_cannot_hold_is_refused(chief: Person):
    tier, customer = _tier(chief), world.organisation()
    given = {"tier_id": tier.pk, "starts_on": FIRST, "by_id": chief.pk, "now": world.NINE}

    with world.refused(BadInput):
        contracts.make_contract(organisation_id=customer.pk, ends_on=FIRST, **given)  # type: ignore[arg-type]
    with world.refused(NotThere):
        contracts.make_contract(organisation_id=404, **given)  # type: ignore[arg-type]


def test_a_manager_of_another_desk_sells_nothing_here(chief: Person):
    tier, customer = _tier(chief), world.organisation()
    other = world.person("Otto", role=world.Role.DESK_MANAGER, over=world.desk("other"))

    with world.refused(NotAllowed):
        contracts.make_contract(
            organisation_id=customer.pk, tier_id=tier.pk, starts_on=FIRST, by_id=other.pk, now=world.NINE
        )


def test_a_contract_that_begins_or_ends_brings_other_promises_to_open_tickets(chief: Person):
    customer = world.organisation()
    olga = world.person("Olga", team=world.front())
    world.agreement(targets={"resolve": 28800})
    tier = Tier.objects.create(desk=world.desk(), name="Gold")
    gold = world.agreement("Gold", tier=tier, targets={"resolve": 7200})
    ticket = world.ticket(requester=world.person("Rita", organisation=customer), held_by=olga)
    done = world.ticket(requester=world.person("Rita", organisation=customer), held_by=olga)
    progress.resolve(ticket_id=done.pk, by_id=olga.pk, how="Done.", now=world.NINE)

    made = contracts.make_contract(
        organisation_id=customer.pk, tier_id=tier.pk, starts_on=date(2026, 1, 1), by_id=None, now=world.NINE
    )
    changed = [
        recontracting.recontract(ticket_id=pk, contract_id=made.pk, now=world.now(hours=1))
        for pk in (*recontracting.open_tickets(made.pk), done.pk)
    ]
    again = recontracting.recontract(ticket_id=ticket.pk, contract_id=made.pk, now=world.now(hours=1))

    clock = Clock.objects.get(ticket=ticket, ended_at=None)
    assert (changed, again) == ([True, False], False)
    assert (clock.agreement, clock.started_at, clock.due_at) == (gold, world.NINE, world.now(hours=2))
    assert world.newest(ticket).kind == "contract changed"
    assert Job.objects.filter(kind=recontracting.CHOOSE_AGAIN, payload={"contract": made.pk}).count() == 1
