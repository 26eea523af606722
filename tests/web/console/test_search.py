"""Finding tickets from the console."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import world
from tests.web.console.staff import operator
from tests.web.console.test_queue import numbers, shown

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("written", ["{}", "#{}", "FL {}", " {} "])
def test_a_number_leads_straight_to_its_ticket(written: str):
    _olga, client = operator()
    ticket = world.ticket()

    answer = client.get("/console/search", {"q": written.format(ticket.number)})

    assert (answer.status_code, answer["Location"]) == (302, f"/console/tickets/{ticket.number}")


def test_words_and_names_lead_to_a_list_with_the_open_tickets_first():
    _olga, client = operator()
    said = world.ticket("Till is silent", text="the drawer is stuck")
    asked = world.ticket("Mail", requester=world.person("Drawer Person"))

    page = shown(client, "/console/search?q=drawer")

    assert sorted(numbers(page)) == sorted([said.number, asked.number])
    assert f'href="/console/tickets/{said.number}?q=drawer"' in page


def test_what_is_found_says_where_it_stopped_to_eyes_and_ears():
    olga, client = operator()
    held = world.ticket("drawer", held_by=olga)

    page = shown(client, "/console/search?q=drawer")

    assert f'aria-describedby="stopped-{held.number}"' in page
    assert f'<span class="row-stopped" id="stopped-{held.number}">With Olga, Service desk, since' in page


def test_what_finds_nothing_says_what_to_try():
    _olga, client = operator()

    page = shown(client, "/console/search?q=%3Cnothing%3E%00")

    assert "Nothing found" in page
    assert "&lt;nothing&gt;" in page


def test_another_desks_tickets_are_not_found_by_words_or_number():
    hidden = world.ticket("secret words")
    _hanna, client = operator("Hanna", world.front(world.desk("hr")))

    assert "secret" not in shown(client, "/console/search?q=secre")
    assert client.get("/console/search", {"q": str(hidden.number)}).status_code == 200


def test_finding_costs_the_same_for_one_ticket_and_for_three(django_assert_max_num_queries: DjangoAssertNumQueries):
    _olga, client = operator()
    world.ticket("stuck", requester=world.person("Ann"))
    with django_assert_max_num_queries(13) as first:
        client.get("/console/search?q=stuck")
    for name in ("Ben", "Cid"):
        world.ticket("stuck", requester=world.person(name, organisation=world.organisation(name)))
    with django_assert_max_num_queries(13) as third:
        client.get("/console/search?q=stuck")

    assert len(first) == len(third)
