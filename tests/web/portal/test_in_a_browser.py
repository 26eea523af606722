"""The portal in a real browser: with and without scripts, by keyboard, on a phone, and accessible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe

from firstline.commands import progress
from firstline.core.services.models import Service
from firstline.core.tickets import links
from firstline.core.tickets.models import Ticket
from tests import world
from tests.web.portal.conftest import FORM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)
PHONE: ViewportSize = {"width": 360, "height": 780}


@pytest.fixture
def service(transactional_db: None) -> Service:
    world.front()
    world.agreement()
    return world.service("printer", name={"en": "Printer"}, icon="printer", form=FORM)


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_guest_without_scripts_asks_and_reads_the_promise(
    chromium: Browser, live_server: LiveServer, service: Service
):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE)
    page = context.new_page()

    page.goto("/")
    page.fill("[name=what]", "printer is broken")
    page.keyboard.press("Enter")
    page.click("#suggestions >> text=Printer")
    assert page.input_value("[name=text]") == "printer is broken"
    page.check("[name=answer_device][value=other]")
    page.fill("[name=answer_which]", "Plotter")
    page.fill("[name=name]", "Greta")
    page.fill("[name=mail]", "greta@example.org")
    page.click("text=Send the request")

    assert str(Ticket.objects.get().number) in page.inner_text("main")
    assert "An answer by" in page.inner_text("main")
    context.close()


def test_suggestions_come_while_typing_and_a_condition_shows_its_field(page: Page, service: Service):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)

    page.goto("/")
    page.type("[name=what]", "printer")
    page.wait_for_selector("#suggestions >> text=Printer")
    page.click("#suggestions >> text=Printer")
    page.wait_for_selector("[name=answer_which]", state="hidden")
    page.check("[name=answer_device][value=other]")

    assert page.is_visible("[name=answer_which]")
    assert complaints == []


def test_a_guest_answers_confirms_and_rates_on_a_phone(page: Page, service: Service):
    page.set_viewport_size(PHONE)
    rita, olga = world.person(), world.person("Olga", team=world.front())
    ticket = world.ticket(requester=rita, held_by=olga)
    base = f"/link/{links.token_for(ticket_id=ticket.pk, person_id=rita.pk)}/"

    page.goto(base)
    page.fill("[name=text]", "Still blank.")
    page.click(".composer >> text=Send")
    page.wait_for_selector(".timeline >> text=Still blank.")
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="New toner.", now=world.now(hours=2))
    page.goto(base)
    page.click("text=Yes, thank you")
    page.wait_for_selector(".stars")
    page.check("[name=score][value='5']", force=True)
    page.click("main form:has(.stars) >> text=Send")
    page.wait_for_selector("text=You rated it")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.score) == ("closed", 5)
    assert fits(page)


def test_the_theme_changes_at_once_and_stays(page: Page, service: Service):
    page.goto("/")
    with page.expect_response("**/theme"):
        page.click("footer [value=dark]")
    page.reload()

    assert page.get_attribute("html", "data-theme") == "dark"


def test_pages_of_somebody_signed_in_are_accessible_and_fit(page: Page, service: Service):
    page.set_viewport_size(PHONE)
    rita = world.person()
    ticket = world.ticket(requester=rita, service_id=service.pk, answers={"device": "printer"})
    page.goto("/accounts/login/")
    page.fill("[name=login]", world.account(rita).email)
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".account-chip")

    found = {}
    for address in ("/requests/", "/requests/?show=done", f"/requests/{ticket.number}/", "/profile/", "/accounts/2fa/"):
        page.goto(address)
        found[address] = (faults(page), fits(page))

    assert {address: result for address, result in found.items() if result != ([], True)} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(
    browsing: BrowserContext, live_server: LiveServer, service: Service, theme: str, width: int
):
    rita, olga = world.person(), world.person("Olga", team=world.front())
    ticket = world.ticket(requester=rita, held_by=olga)
    done = world.ticket(requester=rita, held_by=olga)
    progress.resolve(ticket_id=done.pk, by_id=olga.pk, how="New toner.", now=world.now(hours=2))
    browsing.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page = browsing.new_page()
    page.set_viewport_size({"width": width, "height": 800})

    found = {}
    for one in (ticket, done):
        base = f"/link/{links.token_for(ticket_id=one.pk, person_id=rita.pk)}/"
        for address in (base, f"{base}rating"):
            page.goto(address)
            found[address] = (faults(page), fits(page))
    for address in (
        "/",
        "/?what=printer",
        "/ask/printer/",
        "/answers/",
        "/accounts/login/",
        "/accounts/password/reset/",
        "/nothing",
    ):
        page.goto(address)
        found[address] = (faults(page), fits(page))

    assert {address: result for address, result in found.items() if result != ([], True)} == {}
