"""One request through the whole desk, in a real browser: a guest's form, three lines, and a rating of five."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from firstline.core.journal import queries as journal
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.replay import replay_all
from firstline.worker.loop import Worker
from tests import world
from tests.plugins.browser import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)

SUBJECT = "Till 3 prints blank receipts"
EVERY_STEP = [
    "registered", "taken", "replied", "offered", "accepted", "task asked", "task finished", "resolved", "reopened",
    "resolved", "confirmed", "rated",
]  # fmt: skip


@pytest.fixture
def people(transactional_db: None) -> dict[str, Person]:
    """Return a desk with a first line, POS support on the second and billing on the third, and one of each."""
    cache.clear()
    front, pos = world.front(), world.team("POS support", line=2)
    world.agreement(on=world.calendar(hours={day: [["00:00", "24:00"]] for day in world.WEEK | {"sat": 0, "sun": 0}}))
    world.service("till", name={"en": "Till does not work"}, icon="shopping-cart")
    return {
        "Olga": world.person("Olga", team=front),
        "Ben": world.person("Ben", team=pos),
        "Nora": world.person("Nora", team=world.team("Billing", line=3)),
    }


@pytest.fixture
def desk_of(chromium: Browser, live_server: LiveServer, people: dict[str, Person]) -> Iterator[Callable[[str], Page]]:
    """Return a page of one's own for each of them, signed in."""
    contexts: dict[str, Page] = {}

    def page_of(name: str) -> Page:
        if name not in contexts:
            context = chromium.new_context(base_url=live_server.url, viewport={"width": 1440, "height": 900})
            context.set_default_timeout(PATIENCE)
            contexts[name] = _signed_in(context, people[name])
        return contexts[name]

    yield page_of
    for each in contexts.values():
        each.context.close()


def test_from_form_to_rating(
    page: Page, desk_of: Callable[[str], Page], people: dict[str, Person], settings: LazySettings, tmp_path: Path
):
    settings.SMTP, settings.DATA = None, tmp_path
    number = _a_guest_asks(page)
    link = _link_in_the_letter(tmp_path)
    ticket = Ticket.objects.get()

    olga = _opened(desk_of("Olga"), number)
    _she_takes_it_and_replies(olga)
    _hands_it_over_and_keeps_control(olga)
    ben = _opened(desk_of("Ben"), number)
    _he_accepts_and_asks_billing_for_a_task(ben)
    nora = _opened(desk_of("Nora"), number)
    _she_finishes_the_task(nora)
    ben.reload()
    _he_resolves_it(ben, "A new fiscal module is in.")
    _the_guest_says(page, link, "No, still broken")
    assert "In work" in page.inner_text("main")
    ben.reload()
    _he_resolves_it(ben, "And its paper sensor is replaced.")
    _the_guest_says(page, link, "Yes, thank you")
    _rates_five(page)

    ticket.refresh_from_db()
    olga.reload()
    _every_step_is_told(olga, ticket)
    _the_steward_was_the_same_throughout(ticket, people["Olga"])
    _each_lines_time_is_shown(olga)


def _a_guest_asks(page: Page) -> int:
    page.goto("/ask/till/")
    page.fill("[name=text]", f"{SUBJECT}\nSince the update this morning.")
    page.fill("[name=name]", "Greta Guest")
    page.fill("[name=mail]", "greta@example.org")
    page.click("text=Send the request")
    return int(page.inner_text(".number-plate"))


def _link_in_the_letter(folder: Path) -> str:
    worker = Worker("flow", clock=lambda: timezone.now() + timedelta(seconds=5))
    while worker.do_due():
        pass
    letter = next((folder / "outgoing-mail").glob("*.eml"))
    message = email.message_from_bytes(letter.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    found = re.search(r"https?://\S+/link/\S+", body.get_content())
    assert found is not None
    return urlsplit(found[0]).path


def _opened(page: Page, number: int) -> Page:
    """Open the ticket from the list, as people do."""
    page.goto("/console/")
    page.click(f"#row-{number}")
    page.wait_for_selector(".ticket-head h1")
    assert SUBJECT in page.inner_text(".ticket-head")
    return page


def _she_takes_it_and_replies(olga: Page) -> None:
    olga.click(".ticket-actions button:has-text('Take')")
    olga.wait_for_selector(".steward:has-text('Olga answers for it')")
    olga.fill(".composer textarea", "Please use till 2; we are on it.")
    olga.keyboard.press("Control+Enter")
    olga.wait_for_selector(".entry:has-text('Please use till 2')")


def _hands_it_over_and_keeps_control(olga: Page) -> None:
    olga.click(".ticket-actions >> text=Hand over")
    olga.wait_for_selector("dialog[open] [name=to]")
    assert olga.is_checked("dialog [name=keep_control]")
    olga.select_option("dialog [name=to]", label="L2 · POS support")
    olga.fill("dialog [name=why]", "Error 77 of the fiscal module")
    olga.fill("dialog [name=tried]", "Restarted twice")
    olga.click("dialog button:has-text('Hand over')")
    olga.wait_for_selector(".ticket-offer:has-text('POS support')")
    assert not olga.is_visible("dialog[open]")


def _he_accepts_and_asks_billing_for_a_task(ben: Page) -> None:
    ben.click(".ticket-actions button:has-text('Accept')")
    ben.wait_for_selector(".ticket-stopped:has-text('With Ben, POS support')")
    assert "Olga answers for it" in ben.inner_text(".steward")
    ben.click(".ticket-actions summary")
    ben.click(".menu-list >> text=Ask a task")
    ben.wait_for_selector("dialog[open] [name=team]")
    ben.select_option("dialog [name=team]", label="L3 · Billing")
    ben.fill("dialog [name=what]", "Register the spare fiscal module")
    ben.click("dialog button:has-text('Ask a task')")
    ben.wait_for_selector(".ticket-stopped:has-text('waits for the task of Billing')")


def _she_finishes_the_task(nora: Page) -> None:
    nora.click(".side-task >> text=Done")
    nora.wait_for_selector("dialog[open] [name=result]")
    nora.fill("dialog [name=result]", "Registered with the tax office")
    nora.click("dialog button:has-text('Done')")
    nora.wait_for_selector(".side-task:has-text('Registered with the tax office')")


def _he_resolves_it(ben: Page, how: str) -> None:
    ben.click(".ticket-actions >> text=Resolve")
    ben.wait_for_selector("dialog[open] [name=how]")
    ben.fill("dialog [name=how]", how)
    ben.click("dialog button:has-text('Resolve')")
    ben.wait_for_selector(".ticket-bar .chip:has-text('Resolved')")


def _the_guest_says(page: Page, link: str, words: str) -> None:
    page.goto(link)
    page.click(f"text={words}")
    page.wait_for_load_state()


def _rates_five(page: Page) -> None:
    page.wait_for_selector(".stars")
    page.check("[name=score][value='5']", force=True)
    page.click("main form:has(.stars) >> text=Send")
    page.wait_for_selector("text=You rated it")


def _every_step_is_told(olga: Page, ticket: Ticket) -> None:
    told = journal.told(ticket.chain)
    assert [entry.kind for entry in told] == EVERY_STEP
    assert {f"e{entry.seq}" for entry in told} == set(
        olga.eval_on_selector_all(".timeline > li[id]", "found => found.map(one => one.id)")
    )
    story = olga.inner_text(".timeline")
    for words in ("Greta Guest", "Error 77 of the fiscal module", "Restarted twice", "Ben accepted it for POS support",
                  "Ben asked Billing for a task", "Registered with the tax office", "A new fiscal module is in.",
                  "Greta Guest reopened it", "And its paper sensor is replaced.", "Greta Guest confirmed",
                  "Greta Guest rated the help 5 of 5"):  # fmt: skip
        assert words in story
    assert replay_all().differs == []


def _the_steward_was_the_same_throughout(ticket: Ticket, olga: Person) -> None:
    assert (ticket.steward_id, ticket.state, ticket.score) == (olga.pk, "closed", 5)
    assert "steward changed" not in [entry.kind for entry in journal.told(ticket.chain)]
    assert set(Holding.objects.values_list("keeps_control", flat=True)) == {True}


def _each_lines_time_is_shown(olga: Page) -> None:
    olga.click(".stages-fold > summary")
    table = olga.inner_text(".lines-table")
    assert re.search(r"First line\s+Service desk\s+\S", table)
    assert re.search(r"Second line\s+POS support\s+\S", table)


def _signed_in(context: BrowserContext, person: Person) -> Page:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("[name=login]", world.account(person).email)
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".account-chip")
    return page
