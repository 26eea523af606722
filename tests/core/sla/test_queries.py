"""Which agreement binds: the customer's tier before everybody's, the service's before all, the newest version."""

from __future__ import annotations

from datetime import date

import pytest

from firstline.core.people.models import Organisation
from firstline.core.sla.models import Agreement
from firstline.core.sla.queries import agreement_for
from tests import world

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def chosen(*, customer: Organisation | None = None, service_id: int | None = None, on: date = DAY) -> str | None:
    version = agreement_for(
        desk_id=world.desk().pk, organisation_id=customer.pk if customer else None, service_id=service_id, on=on
    )
    return f"{version.agreement.name} {version.version}" if version else None


def test_a_desk_that_promises_nothing_binds_nobody():
    world.agreement("Elsewhere", of=world.desk("hr"))

    assert chosen() is None


def test_the_newest_version_binds():
    world.agreement("Everybody")
    second = world.agreement("Everybody", targets={"take": 60})

    assert chosen() == "Everybody 2"
    bound = agreement_for(desk_id=world.desk().pk, organisation_id=None, service_id=None, on=DAY)
    assert bound is not None
    assert (bound.targets, bound.calendar) == (second.targets, second.calendar)


def test_a_promise_for_the_service_comes_before_the_promise_for_all():
    printing, scanning = world.service("printing"), world.service("scanning")
    world.agreement("Everybody")
    world.agreement("Printing", service=printing)

    assert chosen(service_id=printing.pk) == "Printing 1"
    assert chosen(service_id=scanning.pk) == chosen() == "Everybody 1"


def test_the_customers_tier_comes_before_the_service_and_binds_that_customer_only():
    printing = world.service("printing")
    gold, other = world.organisation("Gold (demo)"), world.organisation("Other (demo)")
    bought = world.contract(gold)
    world.agreement("Printing", service=printing)
    world.agreement("Gold", tier=bought.tier)

    assert chosen(customer=gold, service_id=printing.pk) == "Gold 1"
    assert chosen(customer=other, service_id=printing.pk) == "Printing 1"


def test_a_contract_binds_from_its_first_day_to_the_day_it_no_longer_holds():
    gold = world.organisation("Gold (demo)")
    bought = world.contract(gold)
    world.agreement("Everybody")
    world.agreement("Gold", tier=bought.tier)
    bought.starts_on, bought.ends_on = date(2026, 3, 2), date(2026, 3, 4)
    bought.save()

    days = [chosen(customer=gold, on=date(2026, 3, day)) for day in (1, 2, 3, 4)]

    assert days == ["Everybody 1", "Gold 1", "Gold 1", "Everybody 1"]


def test_an_agreement_that_was_ended_binds_no_longer():
    world.agreement("Everybody")
    Agreement.objects.update(ended_at=world.NINE)

    assert chosen() is None
