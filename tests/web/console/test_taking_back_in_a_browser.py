"""What was just sent is taken back in a real browser: by a key and by a click, by a note that covers nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from firstline.core.tickets.models import Ticket
from tests import world
from tests.web.console.test_ticket_in_a_browser import sign_in

if TYPE_CHECKING:
    from django.conf import LazySettings
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)

COVERED = """() => {
  const note = document.querySelector("undo-note").getBoundingClientRect();
  const apart = (box) =>
    box.bottom <= note.top || box.top >= note.bottom || box.right <= note.left || box.left >= note.right;
  const others = document.querySelectorAll(".topbar, .composer, .ticket-head, .ticket-talk, .ticket-side");
  return [...others].filter((one) => !apart(one.closest(".panes, .topbar").getBoundingClientRect())).length;
}"""


@pytest.fixture
def ticket(transactional_db: None, settings: LazySettings) -> Ticket:
    # As long as the slowest machine needs to look at it.
    settings.UNDO_SECONDS = 120
    olga = world.person("Olga", team=world.front())
    world.agreement()
    world.account(olga)
    return world.ticket(held_by=olga)


def _write(page: Page, ticket: Ticket, button: str) -> None:
    page.goto(f"/console/tickets/{ticket.number}")
    page.click(".composer textarea")
    page.fill(".composer textarea", "New toner is in.")
    page.click(f".composer-foot >> text={button}")
    page.wait_for_selector("undo-note button")


@pytest.mark.parametrize("width", [1440, 360])
def test_a_solution_is_taken_back_by_a_click_on_a_note_that_covers_nothing(page: Page, ticket: Ticket, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    _write(page, ticket, "Reply and resolve")

    assert page.evaluate(COVERED) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("undo-note button")
    page.wait_for_selector(".event >> text=took the solution back")

    ticket.refresh_from_db()
    assert ticket.state == "open"
    assert page.query_selector("undo-note") is None


def test_a_reply_is_taken_back_by_its_key(page: Page, ticket: Ticket):
    sign_in(page)
    _write(page, ticket, "Send reply")

    page.keyboard.press("y")
    page.wait_for_selector(".audience >> text=Taken back before it was sent")

    assert ticket.messages.latest("pk").withdrawn_at is not None
