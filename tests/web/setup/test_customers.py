"""The pages of organisations, sites, categories and tokens: listed at a constant price, made, changed, ended."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.people.models import Organisation, OrganisationDomain, Person, Site, Team, Token
from firstline.core.people.tokens import live
from firstline.core.services.models import Category
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db
ROOT = "/console/setup/it"


@pytest.mark.parametrize(("name", "queries"), [("organisations", 7), ("sites", 6), ("tokens", 6)])
def test_the_lists_cost_the_same_for_one_and_for_three(
    client: Client, maria: Person, django_assert_num_queries: DjangoAssertNumQueries, name: str, queries: int
):
    for count in (1, 2):
        for n in range(count):
            made = Organisation.objects.create(name=f"Bakery {count} {n}")
            OrganisationDomain.objects.create(organisation=made, domain=f"b{count}{n}.example")
            Site.objects.create(name=f"Shop {count} {n}", organisation=made)
            Token.objects.create(person=maria, name="x", digest=f"{count}{n}", scopes=[], made_at=world.NINE)
        with django_assert_num_queries(queries):
            assert client.get(f"{ROOT}/{name}").status_code == 200


def test_an_organisation_is_made_with_its_domains_changed_and_ended(client: Client):
    client.post(f"{ROOT}/organisations/new", {"name": "Bakery", "domains": "bakery.example, bread.example"})
    made = Organisation.objects.get(name="Bakery")
    page = f"{ROOT}/organisations/{made.pk}"
    client.post(page, {"name": "Big Bakery", "about": "", "vip": "on"})
    added = client.post(f"{page}/domains", {"domain": "cake.example"})
    taken = client.post(f"{page}/domains", {"domain": "bread.example"})
    client.post(f"{page}/domains/end", {"domain": "bread.example"})

    made.refresh_from_db()
    domains = set(made.domains.values_list("domain", flat=True))
    assert (made.name, made.vip, domains) == ("Big Bakery", True, {"bakery.example", "cake.example"})
    assert (added.status_code, taken.status_code) == (302, 422)
    assert "bread.example belongs to Big Bakery already" in taken.content.decode()

    client.post(f"{page}/end")

    made.refresh_from_db()
    assert (made.ended_at is not None, made.domains.count()) == (True, 0)


def test_an_organisation_with_people_is_not_ended(client: Client):
    made = world.organisation()
    world.person("Rita", organisation=made)

    answer = client.post(f"{ROOT}/organisations/{made.pk}/end")

    made.refresh_from_db()
    assert (answer.status_code, made.ended_at) == (422, None)


def test_another_desks_customer_is_not_there(client: Client):
    theirs = world.organisation()
    world.contract(theirs, with_desk=world.desk("hr"))
    site = Site.objects.create(name="Their shop", organisation=theirs)
    addresses = (f"organisations/{theirs.pk}", f"sites/{site.pk}")

    assert [client.get(f"{ROOT}/{each}").status_code for each in addresses] == [404, 404]
    assert [client.post(f"{ROOT}/{each}/end").status_code for each in addresses] == [404, 404]
    assert theirs.name not in client.get(f"{ROOT}/organisations").content.decode()


def test_a_site_is_made_changed_and_ended(client: Client):
    client.post(f"{ROOT}/sites/new", {"name": "Shop 7", "address": "Main street", "time_zone": "Europe/Kyiv"})
    made = Site.objects.get()
    client.post(f"{ROOT}/sites/{made.pk}", {"name": "Shop 8", "address": "", "time_zone": "UTC"})
    client.post(f"{ROOT}/sites/{made.pk}/end")

    made.refresh_from_db()
    assert (made.name, made.address, made.time_zone, made.ended_at is not None) == ("Shop 8", "", "UTC", True)


def test_teams_and_categories_are_called_something_else(client: Client):
    team, site = world.team("Network", line=2), Site.objects.create(name="Shop 7")
    category = Category.objects.create(desk=world.desk(), key="print", name={"en": "Printing"})

    client.post(f"{ROOT}/teams/{team.pk}", {"name": "Networks", "site": site.pk})
    client.post(f"{ROOT}/categories/{category.pk}", {"name_en": "Printers", "name_uk": "Принтери"})
    client.post(f"{ROOT}/categories/{category.pk}/end")

    category.refresh_from_db()
    assert Team.objects.get(pk=team.pk).name == "Networks"
    assert Team.objects.get(pk=team.pk).site == site
    assert (category.name, category.ended_at is not None) == ({"en": "Printers", "uk": "Принтери"}, True)


def test_a_name_that_another_team_has_is_refused_beside_the_field(client: Client):
    team, other = world.team("Network", line=2), world.team("POS", line=2)

    answer = client.post(f"{ROOT}/teams/{team.pk}", {"name": other.name})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_a_token_is_shown_once_speaks_for_who_made_it_and_ends(client: Client, maria: Person):
    given = {"name": "Monitoring", "scopes": ["tickets:read"], "days": "90"}

    made = client.post(f"{ROOT}/tokens/new", given)

    secret = made.context["secret"]
    token = live(secret, world.NINE)
    assert token is not None
    assert (token.person, token.scopes, secret in made.content.decode()) == (maria, ["tickets:read"], True)
    assert "no-store" in made.headers["Cache-Control"]
    assert secret not in client.get(f"{ROOT}/tokens").content.decode()
    client.post(f"{ROOT}/tokens/{token.pk}/end")
    assert live(secret, world.NINE) is None


def test_a_manager_has_only_tokens_of_their_own_and_an_administrator_those_of_all(client: Client, maria: Person):
    alex = world.person("Alex", role=world.Role.ADMINISTRATOR)
    chief = signed_in(alex)
    given = {"name": "x", "scopes": ["tickets:read"], "days": "0"}
    client.post(f"{ROOT}/tokens/new", {**given, "person": "alex@example.org"})
    chief.post(f"{ROOT}/tokens/new", {**given, "person": "maria@example.org"})
    unknown = chief.post(f"{ROOT}/tokens/new", {**given, "person": "nobody@example.org"})
    own = Token.objects.create(person=alex, name="own", digest="d", scopes=[], made_at=world.NINE)

    assert set(Token.objects.exclude(pk=own.pk).values_list("person", flat=True)) == {maria.pk}
    assert client.post(f"{ROOT}/tokens/{own.pk}/end").status_code == 404
    assert (unknown.status_code, list(unknown.context["form"].errors)) == (422, ["person"])
