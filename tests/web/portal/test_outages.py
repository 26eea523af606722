"""Outages on the portal: known before anything is asked, and joined in one step."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from firstline.commands.incidents import majors, statuses
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def major() -> MajorIncident:
    """Return a running major incident of the service mail, of which something was told."""
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket("My secret mail is out", held_by=olga, service_id=world.service("mail").pk)
    made = majors.declare_major(
        ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now(), headline={"en": "No mail arrives", "uk": "Немає пошти"}
    )
    statuses.tell_status(
        major_id=made.pk, by_id=olga.pk, texts={"en": "Back by noon.", "uk": "До полудня."}, now=timezone.now()
    )
    return made


def _words(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def _signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(world.account(person))
    return client


def test_the_home_page_says_what_is_out_in_the_readers_language(major: MajorIncident):
    client = Client()

    page = _words(client, "/")
    assert ("No mail arrives" in page, "Back by noon." in page, "secret" in page) == (True, True, False)
    client.cookies["language"] = "uk"
    assert "До полудня." in _words(client, "/")


def test_it_is_known_before_a_request_is_sent(major: MajorIncident):
    client = Client()

    assert "No mail arrives" in _words(client, "/ask/mail/")
    assert "No mail arrives" not in _words(client, "/ask/other/")
    htmx = {"HX-Request": "true"}
    assert "No mail arrives" in client.get("/suggestions?what=mail", headers=htmx).content.decode()
    assert "No mail arrives" not in client.get("/suggestions?what=printer", headers=htmx).content.decode()


def test_somebody_signed_in_joins_by_one_press_and_once(major: MajorIncident):
    roma = world.person("Roma")
    client = _signed_in(roma)

    for key in ("one", "two"):
        sent = client.post(f"/outages/{major.pk}/", {"key": key, "text": ""})
        assert sent["Location"].startswith("/sent/")

    child = queries.children(major.ticket_id).get()
    assert (child.requester, child.subject) == (roma, "No mail arrives")
    assert "Yours is among them" in _words(client, "/")
    assert "2 people told us" in _words(client, "/")
    assert "Back by noon." in _words(client, f"/requests/{child.number}/")


def test_a_guest_joins_with_a_name_and_an_address(major: MajorIncident):
    client = Client()
    assert client.post(f"/outages/{major.pk}/", {"key": "k", "text": ""}).status_code == 422

    sent = client.post(f"/outages/{major.pk}/", {"key": "k", "text": "", "name": "Gosha", "mail": "g@example.org"})

    assert sent.status_code == 302
    assert queries.children(major.ticket_id).get().requester.name == "Gosha"


def test_guests_join_only_so_often(major: MajorIncident):
    client = Client()
    filled = {"text": "", "name": "Gosha", "mail": "g@example.org"}

    answers = [client.post(f"/outages/{major.pk}/", {**filled, "key": str(n)}).status_code for n in range(5)]

    assert answers == [302, 302, 302, 302, 422]
    assert Ticket.objects.count() == 2


def test_one_told_to_a_customer_only_is_not_there_for_others():
    olga, bought = world.person("Olga", team=world.front()), world.contract(world.organisation("Contoso (demo)"))
    clara = world.person("Clara", organisation=bought.organisation)
    ticket = world.ticket("Out", requester=clara, held_by=olga, service_id=world.service("mail").pk)
    major = majors.declare_major(ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now(), headline={"en": "No mail"})

    assert "No mail" in _words(_signed_in(clara), "/")
    for client in (Client(), _signed_in(world.person("Roma"))):
        assert "No mail" not in _words(client, "/")
        assert client.get(f"/outages/{major.pk}/").status_code == 404
        assert client.post(f"/outages/{major.pk}/", {"key": "k"}).status_code == 404


def test_what_is_over_is_gone(major: MajorIncident):
    majors.end_major(major_id=major.pk, by_id=major.commander_id, now=timezone.now())

    assert "No mail arrives" not in _words(Client(), "/")
    assert Client().get(f"/outages/{major.pk}/").status_code == 404
