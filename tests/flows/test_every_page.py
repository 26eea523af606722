"""Every page that anything links to: it opens for whom it is shown to, stays shut for others, and fits a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone

from firstline.cli import demo
from firstline.cli.demo import cast
from firstline.core.people.models import Account
from tests import crawling
from tests.web.console.staff import BACKEND

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

STAFF = ("admin", "manager", "lead", "taras", "ben", "auditor")
ASKERS = ("emma", "halyna")
STARTS = ("/", "/requests/", "/answers/")


@pytest.fixture
def sign_in(db: None) -> Callable[[str], Client]:
    """Return a browser in which somebody of the demo has signed in."""
    demo.fill(now=timezone.now())
    mail = {player.key: player.mail for player in cast.PLAYERS}

    def signed_in(key: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(email=mail[key]), backend=BACKEND)
        return client

    return signed_in


def test_no_page_links_to_a_refusal_whoever_reads_it(sign_in: Callable[[str], Client]):
    refused = {
        f"{who}: {met.address} {met.status}"
        for who in (*STAFF, *ASKERS)
        for met in crawling.walk(sign_in(who), *STARTS)
        if met.status >= 400
    }

    assert refused == set()


def test_what_the_staff_reads_is_shut_for_requesters_and_guests(sign_in: Callable[[str], Client]):
    walked = crawling.walk(sign_in("manager"), "/console/")
    staffs = [met.address for met in walked if met.status == 200 and met.address.startswith("/console/")]
    halyna, guest = sign_in("halyna"), Client()

    opened = [address for address in staffs if halyna.get(address).status_code not in (403, 404)]
    let_in = [address for address in staffs if guest.get(address).status_code != 302]

    assert len(staffs) > 50
    assert (opened, let_in) == ([], [])


@pytest.mark.django_db(transaction=True)
def test_every_page_fits_a_phone_and_everybody_can_use_it(
    sign_in: Callable[[str], Client], browsing: BrowserContext, live_server: LiveServer
):
    manager = sign_in("manager")
    addresses = [met.address for met in crawling.walk(manager, *STARTS) if met.whole and met.status == 200]
    language = ("en", "uk", "ru")
    cookie = manager.cookies[settings.SESSION_COOKIE_NAME].value
    browsing.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page, faults = browsing.new_page(), list[str]()
    page.set_viewport_size({"width": 360, "height": 800})
    page.on("console", lambda said: faults.append(f"{page.url}: {said.text}") if said.type == "error" else None)

    for n, address in enumerate(addresses):
        theme = ("light", "dark")[n % 2]
        browsing.add_cookies([
            {"name": "language", "value": language[n % 3], "url": live_server.url},
            {"name": "theme", "value": theme, "url": live_server.url},
        ])  # fmt: skip
        faults += [f"{address} ({language[n % 3]}, {theme}): {fault}" for fault in _faults(page, address)]

    assert faults == []


def _faults(page: Page, address: str) -> list[str]:
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']} at {one['nodes'][0]['html'][:160]}" for one in found] + [f"{wide} px wide"] * (wide > 360)
