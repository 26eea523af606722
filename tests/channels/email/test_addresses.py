"""Where letters lead there is a page, and opening it changes nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from firstline.channels.email import addresses
from firstline.commands import progress
from tests import world

pytestmark = pytest.mark.django_db


def test_a_requesters_addresses_are_the_portals_pages():
    pages = addresses.for_requester(ticket_id=1, person_id=2)

    assert resolve(urlsplit(pages.see).path).view_name == "portal:link"
    for address in (pages.confirm, pages.still_broken, *pages.rate):
        assert resolve(urlsplit(address).path).route.startswith("link/<str:token>/")


def test_staffs_address_is_the_consoles_page():
    assert resolve(urlsplit(addresses.for_staff(10015)).path).view_name == "console:ticket"


def test_a_mail_scanner_that_opens_every_link_changes_nothing(client: Client):
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(minutes=9))
    pages = addresses.for_requester(ticket_id=ticket.pk, person_id=ticket.requester_id)
    before = world.everything()

    for address in (pages.see, pages.confirm, pages.still_broken, *pages.rate):
        assert client.get(address).status_code == 200

    assert world.everything() == before
