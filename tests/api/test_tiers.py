"""A program asks what each tier would have cost a customer; the figures are those of the page and the command."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from firstline.api.v1 import api
from firstline.commands import progress
from firstline.core.people.models import Organisation, Person
from firstline.core.services.models import Tier
from tests import world
from tests.api.calling import Program, of, problem

pytestmark = pytest.mark.django_db
DAYS = "from_on=2026-01-01&to_on=2026-04-01"


@pytest.fixture
def customer() -> Organisation:
    """Return a customer with Gold, one of whose two tickets took too long for it; there is a cheaper Silver."""
    northwind = world.organisation()
    gold = Tier.objects.create(
        desk=world.front().desk, name="Gold", position=1, price_monthly=Decimal(100), penalty=Decimal(5)
    )
    silver = Tier.objects.create(desk=world.desk(), name="Silver", price_monthly=Decimal(40), price_ticket=Decimal(3))
    Tier.objects.filter(pk=silver.pk).update(included_tickets=1)
    world.agreement("Gold", tier=gold, targets={"resolve": 3600})
    world.agreement("Silver", tier=silver, targets={"resolve": 28800})
    world.contract(northwind, tier=gold)
    rita, olga = world.person("Rita", organisation=northwind), world.person("Olga", team=world.front())
    for hours in (0.5, 3):
        ticket = world.ticket(requester=rita, held_by=olga)
        progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(hours=hours))
    return northwind


@pytest.fixture
def manager(customer: Organisation) -> Person:
    return world.person("Maria", role=world.Role.DESK_MANAGER, over=world.desk())


def asked(whom: Person, customer: Organisation, more: str = DAYS) -> Any:
    return Program(whom).get(f"tiers/comparison?organisation={customer.pk}&{more}")


def test_each_tier_says_what_it_would_have_cost_and_kept(manager: Person, customer: Organisation):
    told = of(asked(manager, customer))

    assert (told["desk"], told["organisation"]["name"], told["tickets"]) == ("it", customer.name, 2)
    silver, gold = told["tiers"]
    assert (gold["name"], gold["held"], gold["penalties"], gold["total"]) == ("Gold", True, "5.00", "295.00")
    assert gold["kept"] == [{"clock": "resolve", "met": 1, "due": 2, "longest_seconds": 10800}]
    assert (silver["name"], silver["beyond"], silver["total"]) == ("Silver", 1, "123.00")
    assert silver["kept"] == [{"clock": "resolve", "met": 2, "due": 2, "longest_seconds": 10800}]


def test_without_days_it_is_the_last_whole_quarter(manager: Person, customer: Organisation):
    told = of(asked(manager, customer, ""))

    assert told["from_on"][5:] in ("01-01", "04-01", "07-01", "10-01")
    assert told["from_on"] < told["to_on"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ("from_on=2026-01-01", "to_on"),
        ("to_on=2026-01-01", "from_on"),
        ("from_on=2026-04-01&to_on=2026-01-01", "to_on"),
        ("from_on=2026-01-01&to_on=2028-01-01", "to_on"),
        ("from_on=1000-01-01&to_on=1000-02-01", "from_on"),
        ("from_on=soon&to_on=2026-02-01", "from_on"),
    ],
)
def test_days_that_are_no_period_are_refused_by_their_field(
    manager: Person, customer: Organisation, more: str, field: str
):
    status, _code, named = problem(asked(manager, customer, more))

    assert (status, named) == (422, field)


def test_who_does_not_set_up_the_desk_finds_no_such_page(customer: Organisation):
    world.desk("other")
    for whom in (
        Person.objects.get(name="Olga"),
        Person.objects.get(name="Rita"),
        world.person("Otto", role=world.Role.DESK_MANAGER, over=world.desk("other")),
    ):
        assert problem(asked(whom, customer, f"{DAYS}&desk=it"))[0] == 404


def test_who_sets_up_several_desks_says_which(customer: Organisation):
    world.desk("other")
    root = world.person("Ada", role=world.Role.ADMINISTRATOR)

    assert problem(asked(root, customer))[::2] == (422, "desk")
    assert of(asked(root, customer, f"{DAYS}&desk=it"))["tickets"] == 2


def test_a_customer_who_is_none_is_not_there(manager: Person, customer: Organisation):
    assert problem(Program(manager).get(f"tiers/comparison?organisation=999&{DAYS}"))[::2] == (404, "organisation")


def test_it_stands_in_the_description():
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]

    assert paths["/api/v1/tiers/comparison"]["get"]["operationId"] == "compare_tiers"
