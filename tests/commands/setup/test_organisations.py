"""Organisations, their mail domains and sites."""

from __future__ import annotations

import pytest

from firstline.commands.setup import organisations
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Person
from tests import world


@pytest.fixture
def chief(db: None) -> Person:
    """Return a manager of the desk."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=world.desk())


def test_a_manager_makes_a_customer_with_its_domains(chief: Person):
    made = organisations.make_organisation(
        name="Bakery", domains=["@Bakery.example", "bakery.example", "пекарня.example"], by_id=chief.pk, now=world.NINE
    )

    domains = list(made.domains.order_by("id").values_list("domain", flat=True))
    assert domains == ["bakery.example", "xn--80ajpngj0i.example"]
    assert [entry.kind for entry in journal.told(f"organisation:{made.pk}")] == ["organisation made"]


def test_a_domain_has_one_owner(chief: Person):
    organisations.make_organisation(name="Bakery", domains=["bakery.example"], by_id=chief.pk, now=world.NINE)

    with world.refused(organisations.DomainTaken, "bakery.example belongs to Bakery already"):
        organisations.make_organisation(name="Thief", domains=["bakery.example"], by_id=chief.pk, now=world.NINE)


@pytest.mark.parametrize("domain", ["", "no domain", "nodot", "-x.example", "a" * 64 + ".example", "x@y.example"])
def test_what_is_no_domain_is_refused(chief: Person, domain: str):
    with world.refused(BadInput):
        organisations.make_organisation(name="Bakery", domains=[domain], by_id=chief.pk, now=world.NINE)


def test_an_operator_makes_no_organisation(chief: Person):
    olga = world.person("Olga", team=world.team())

    with world.refused(NotAllowed):
        organisations.make_organisation(name="Bakery", by_id=olga.pk, now=world.NINE)


def test_a_change_is_told_with_what_differs_only(chief: Person):
    made = organisations.make_organisation(name="Bakery", by_id=chief.pk, now=world.NINE)

    organisations.change_organisation(
        organisation_id=made.pk, by_id=chief.pk, now=world.now(hours=1), name="Bakery", vip=True
    )
    organisations.add_domain(organisation_id=made.pk, domain="bread.example", by_id=chief.pk, now=world.now(hours=2))

    told = journal.told(f"organisation:{made.pk}")
    assert [entry.kind for entry in told] == ["organisation made", "organisation changed", "domain added"]
    assert told[1].facts == {"vip": True}


def test_a_site_stands_in_a_zone_that_exists(chief: Person):
    with world.refused(BadInput, "Europe/Kyiv"):
        organisations.make_site(name="Shop", time_zone="Europe/Kiyv", by_id=chief.pk, now=world.NINE)
    with world.refused(NotThere):
        organisations.make_site(name="Shop", organisation_id=404, by_id=chief.pk, now=world.NINE)

    assert organisations.make_site(name="Shop", time_zone="Europe/Kyiv", by_id=chief.pk, now=world.NINE).pk
