"""Pages of promises that no list shows: a year, a table of targets, a comparison, a derivation; fit and accessible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from firstline.core.services.models import Tier
from tests import world
from tests.web.console.staff import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext
    from pytest_django.live_server_helper import LiveServer


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_the_pages_are_accessible_and_fit_their_screen(
    browsing: BrowserContext, live_server: LiveServer, scheme, width: int
):
    olga = world.person("Olga", team=world.front())
    world.grant(olga, world.Role.DESK_MANAGER, over=world.desk())
    customer = world.organisation()
    tier = Tier.objects.create(desk=world.desk(), name="Gold")
    world.contract(customer, tier=tier)
    own = world.agreement("Gold", tier=tier)
    christmas = {"begin": "2026-12-25", "end": "2026-12-25", "yearly": True, "name": "Christmas Day"}
    calendar = world.calendar("Shop", holidays=[christmas], shifts={"2026-12-24": [["09:00", "12:00"]]})
    ticket = world.ticket(requester=world.person("Rita", organisation=customer), held_by=olga)
    addresses = [
        reverse("setup:calendar", args=["it", calendar.calendar_id]) + "?year=2026&day=2026-12-25",
        reverse("setup:calendar-change", args=["it", calendar.calendar_id]),
        reverse("setup:agreement", args=["it", own.agreement_id]),
        reverse("setup:comparison", args=["it"]) + f"?organisation={customer.pk}&quarter=this",
        reverse("setup:rules", args=["it"]) + "?kind=incident&priority=2",
        reverse("setup:escalation-new", args=["it"]),
        reverse("console:clocks", args=[ticket.number]),
    ]
    session = signed_in(olga).cookies["sessionid"].value
    browsing.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = browsing.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    found = {}

    for address in addresses:
        page.goto(address)
        page.wait_for_selector("h1")
        violations = Axe().run(page).response["violations"]
        found[address] = [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in violations]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found[address].append("wider than the screen")

    assert {address: wrong for address, wrong in found.items() if wrong} == {}
