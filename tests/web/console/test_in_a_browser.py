"""The console's list and the taking down of calls in a real browser: by keyboard, on a phone, and accessible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from tests import world
from tests.web.console.staff import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def olga(transactional_db: None) -> Person:
    world.agreement()
    return world.person("Olga", team=world.front())


@pytest.fixture
def page(browsing: BrowserContext, live_server: LiveServer, olga: Person) -> Page:
    """Return a page of Olga's, who has signed in."""
    session = signed_in(olga).cookies["sessionid"].value
    browsing.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return browsing.new_page()


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_a_call_is_taken_down_by_keyboard_alone(page: Page):
    rita = world.person("Rita Reader", phone="+380 44 555 0202")
    world.service("till", name={"en": "Till"})

    page.goto("/console/")
    page.keyboard.press("c")
    page.wait_for_url("**/new")
    page.keyboard.type("5550202")
    page.wait_for_selector("#people [role=option] >> text=Rita Reader")
    page.keyboard.press("Enter")
    page.wait_for_selector("#caller >> text=Asked for nothing yet.")
    page.keyboard.type("Till")  # the focus has gone on to the service
    page.keyboard.press("Tab")
    page.keyboard.type("The receipt printer is silent")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/console/new/\d+$"))

    ticket = Ticket.objects.get()
    assert (ticket.requester, str(ticket.service), str(ticket.assignee)) == (rita, "Till", "Olga")
    assert f"{ticket.number:,}".replace(",", " ") in page.inner_text("main")


def test_somebody_new_is_made_while_they_speak(page: Page):
    page.goto("/console/new")
    page.keyboard.type("+49 30 777 66 55")
    page.wait_for_selector("#person-new")
    page.keyboard.press("Enter")
    page.keyboard.type("Nina New")
    page.fill("[name=text]", "No sound")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/console/new/\d+$"))

    assert Ticket.objects.get().requester.name == "Nina New"


def test_the_list_is_walked_and_left_by_keys(page: Page):
    first, second = world.ticket("first"), world.ticket("second")

    page.goto("/console/?view=unclaimed")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{first.number}?view=unclaimed")
    page.wait_for_selector("#ticket-region h1 >> text=first")
    page.keyboard.press("]")
    page.wait_for_selector("#ticket-region h1 >> text=second")
    marked = page.get_attribute(f".row:has(#row-{second.number})", "aria-current")
    page.keyboard.press("u")
    page.wait_for_url("**/console/?view=unclaimed")

    assert marked == "true"
    assert page.evaluate("document.activeElement.id") == f"row-{second.number}"
    assert not page.is_visible("#ticket-region h1")


def test_a_ticket_opened_by_its_address_brings_the_list_it_was_opened_from(page: Page):
    ticket = world.ticket("first")

    page.goto(f"/console/tickets/{ticket.number}?view=unclaimed")
    page.wait_for_selector(f'.row[aria-current="true"] #row-{ticket.number}')

    assert page.inner_text("#list h1") == "Unclaimed"
    assert page.inner_text('.view[aria-current="page"]').startswith("Unclaimed")


def test_the_keys_are_listed_and_can_be_switched_off(page: Page):
    page.goto("/console/")
    page.keyboard.press("Shift+Slash")
    page.wait_for_selector("#keys[open]")
    page.uncheck("#keys-on")
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("c")
    page.keyboard.press("Shift+Slash")

    assert page.url.endswith("/console/")
    assert not page.is_visible("#keys")


def test_choosing_a_filter_changes_list_and_address(page: Page):
    world.ticket("urgent one", impact=1, urgency=1)
    world.ticket("other")

    page.goto("/console/")
    page.keyboard.press("f")
    page.select_option("#filter-priority", "1")
    page.wait_for_url("**/console/?priority=1")

    assert page.locator(".row").count() == 1


def test_the_list_renews_itself_and_the_focus_stays(page: Page):
    ticket = world.ticket("first")
    page.goto("/console/")
    page.focus(f"#row-{ticket.number}")
    world.ticket("second")

    page.evaluate("document.body.dispatchEvent(new Event('queue-changed'))")
    page.wait_for_selector(".row >> text=second")

    assert page.evaluate("document.activeElement.id") == f"row-{ticket.number}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_is_accessible_and_fits_its_screen(page: Page, scheme, width: int):
    rita = world.person("Rita", vip=True, organisation=world.organisation())
    ticket = world.ticket(requester=rita, impact=1, urgency=1)
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    found = {}

    paths = ["/console/", "/console/filter", "/console/search?q=nothing", "/console/new"]
    for path in [*paths, f"/console/new?person={rita.pk}", f"/console/new/{ticket.number}"]:
        page.goto(path)
        page.wait_for_selector(".topbar .account-chip")
        overflows = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found[path] = faults(page) + (["wider than the screen"] if overflows else [])

    assert {path: wrong for path, wrong in found.items() if wrong} == {}
