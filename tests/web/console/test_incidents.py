"""Major incidents in the console: declared, told, found parts for, solved; and proposals decided."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands.incidents import bursts, children, majors
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Person:
    """Return an operator of the first line."""
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    """Return Rita's ticket about mail, which Olga has taken."""
    return world.ticket("Mail is out", held_by=olga, service_id=world.service("mail").pk, at=timezone.now())


@pytest.fixture
def major(olga: Person, ticket: Ticket) -> MajorIncident:
    """Return that ticket as a major incident."""
    return majors.declare_major(ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now(), headline={"en": "No mail"})


def _page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_it_is_declared_told_and_solved_on_its_page(olga: Person, ticket: Ticket):
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"
    assert f'href="{root}/major"' in _page(client, root)

    client.post(f"{root}/major", {"commander": olga.pk, "headline_en": "No mail", "headline_uk": "Немає пошти"})
    assert "No mail" in _page(client, root)
    assert f'<a class="button button-small button-primary" href="{root}/status"' in _page(client, root)
    assert client.post(f"{root}/status", {"text_en": ""}).status_code == 422
    client.post(f"{root}/status", {"text_en": "Back by noon.", "text_ru": "К полудню."})
    assert "Back by noon." in _page(client, root)
    client.post(f"{root}/solution", {"how_en": "Restarted.", "cause": "disk"})

    ticket.refresh_from_db()
    assert (ticket.state, ticket.cause) == (State.RESOLVED, "disk")
    assert "No mail" not in _page(client, root)


def test_tickets_alike_are_found_added_by_selection_and_released(olga: Person, ticket: Ticket, major: MajorIncident):
    mail, at = world.service("mail").pk, timezone.now()
    alike = world.ticket("Mail is out here too", service_id=mail, at=at)
    other = world.ticket("Calendar is empty", service_id=mail, at=at)
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"

    page = _page(client, f"{root}/parts")
    assert page.index(str(alike.number)) < page.index(str(other.number))
    found = _page(client, f"{root}/parts?q=calendar")
    assert (str(other.number) in found, f'value="{alike.pk}"' in found) == (True, False)
    client.post(f"{root}/parts", {"ticket": [alike.pk, other.pk]})
    assert queries.children(ticket.pk).count() == 2
    client.post(f"{root}/release/{other.pk}")

    assert list(queries.children(ticket.pk)) == [alike]
    assert "Part of the major incident" in _page(client, f"/console/tickets/{alike.number}")


def test_its_badge_stands_in_the_queue_and_in_that_of_its_parts(olga: Person, ticket: Ticket, major: MajorIncident):
    child = world.ticket("Mail?", at=timezone.now())
    children.adopt(major_id=major.pk, child_id=child.pk, by_id=olga.pk, now=timezone.now())

    page = _page(signed_in(olga), "/console/")

    assert (page.count("Major incident: "), page.count("Part of a major incident: ")) == (1, 1)


def test_it_is_handed_to_another_commander_and_ended(olga: Person, ticket: Ticket, major: MajorIncident):
    oleg = world.person("Oleg", team=world.front())
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"

    client.post(f"{root}/commander", {"commander": oleg.pk})
    client.post(f"{root}/end-of-major")

    major.refresh_from_db()
    assert (major.commander, major.ended_at is not None) == (oleg, True)


def test_a_proposal_is_declared_or_dismissed_by_a_button(olga: Person):
    now, vpn = timezone.now(), world.service("vpn").pk
    for minute in range(5):
        who = world.person(f"Rita {minute}")
        world.ticket("VPN drops", requester=who, service_id=vpn, at=now - timedelta(minutes=9 - minute))
    (burst,) = bursts.find_bursts(desk_id=world.desk().pk, now=now)
    client = signed_in(olga)

    assert "5 alike tickets" in _page(client, "/console/incidents/")
    declared = client.post(f"/console/incidents/proposals/{burst.pk}/declaration")
    assert declared["Location"] == f"/console/tickets/{MajorIncident.objects.get().ticket.number}"
    assert client.post(f"/console/incidents/proposals/{burst.pk}/dismissal").status_code == 422


def test_other_desks_and_requesters_see_none_of_it(ticket: Ticket, major: MajorIncident):
    stranger = signed_in(world.person("Stepan", team=world.team("Others", of=world.desk("other"))))

    page = _page(stranger, "/console/incidents/")
    assert str(ticket.number) not in page
    assert re.search(r'Major</span>(?!.*\?</span>)<span class="count">0<', page)
    assert stranger.get(f"/console/tickets/{ticket.number}/parts").status_code == 404
    assert signed_in(ticket.requester).get("/console/incidents/").status_code == 404


def test_as_many_statements_for_three_parts_as_for_one(
    olga: Person, ticket: Ticket, major: MajorIncident, django_assert_max_num_queries: DjangoAssertNumQueries
):
    client = signed_in(olga)
    counted: list[int] = []
    for _round in range(2):
        for _each in range(1 + 2 * len(counted)):
            child = world.ticket("Mail?", at=timezone.now())
            children.adopt(major_id=major.pk, child_id=child.pk, by_id=olga.pk, now=timezone.now())
        with django_assert_max_num_queries(30) as asked:
            for path in ("/console/incidents/", f"/console/tickets/{ticket.number}/parts"):
                _page(client, path)
        counted.append(len(asked))
    assert counted[0] == counted[1]
