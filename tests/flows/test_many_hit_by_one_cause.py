"""Many are hit by one cause: declared and told in the console, joined on the portal, solved for all, confirmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from firstline.commands.incidents import statuses
from firstline.core.incidents import queries
from firstline.core.tickets import links
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State
from tests import rules, world
from tests.commands.incidents.test_statuses import work_off

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(transactional_db: None) -> Ticket:
    """Return a ticket about mail, which Olga has taken."""
    world.agreement()
    olga = world.person("Olga", team=world.front())
    world.account(olga)
    return world.ticket("My mail is empty", held_by=olga, service_id=world.service("mail").pk, at=timezone.now())


def _sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", "olga@example.org")
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".account-chip")


def _join_as_a_guest(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_selector(".outage >> text=We are on it.")
    assert _faults(page) == []
    page.click("text=Me too")
    page.fill("[name=name]", "Gosha")
    page.fill("[name=mail]", "gosha@example.org")
    page.click("main button:has-text('Me too')")
    page.wait_for_selector("text=We have your request")


def _faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


def test_from_the_first_ticket_to_the_last_confirmation(page: Page, ticket: Ticket):
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    _sign_in(page)
    page.goto(f"/console/tickets/{ticket.number}")
    page.click("summary:has-text('More')")
    page.click("text=Declare a major incident")
    page.fill("dialog [name=headline_en]", "No mail arrives")
    page.click("dialog button:has-text('Declare')")
    page.wait_for_selector(".outage >> text=No mail arrives")
    page.click("text=Tell all who are hit")
    page.fill("dialog [name=text_en]", "We are on it.")
    page.click("dialog button:has-text('Tell all')")
    page.wait_for_selector(".outage >> text=We are on it.")
    assert _faults(page) == []

    _join_as_a_guest(page)
    child = queries.children(ticket.pk).get()

    _sign_in(page)
    page.goto(f"/console/tickets/{ticket.number}")
    page.click("text=Solve with all parts")
    page.fill("dialog [name=how_en]", "The server was restarted.")
    page.click("dialog button:has-text('Solve with all parts')")
    page.wait_for_selector("text=resolved it")
    assert work_off(statuses.SPREAD) == 4

    page.context.clear_cookies()
    page.goto(f"/link/{links.token_for(ticket_id=child.pk, person_id=child.requester_id)}/")
    page.click("text=Yes, thank you")
    page.wait_for_selector("text=Closed")

    child.refresh_from_db()
    assert (child.state, child.closing) == (State.CLOSED, Closing.CONFIRMED)
    assert complaints == []
    rules.must_hold()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_figures_are_accessible_and_fit_every_width(
    page: Page, live_server: LiveServer, ticket: Ticket, theme: str
):
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    _sign_in(page)
    wrong: list[str] = []
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (
            "/console/insight/",
            "/console/insight/wallboard",
            "/console/insight/tickets",
            "/console/incidents/",
        ):
            page.goto(path)
            page.wait_for_load_state("networkidle")
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            wrong += [f"{width} {path}: {fault}" for fault in (*_faults(page), *([] if fits else ["too wide"]))]
    assert wrong == [], "\n".join(wrong)
