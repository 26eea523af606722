"""The ticket's page in a real browser: accessible, fitting every width, quiet on its console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from firstline.commands import conversation, ownership, tasks
from firstline.commands.conversation import File
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from tests import world

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(transactional_db: None) -> Ticket:
    """Return a ticket that went through two lines, was talked about, and is offered to a third."""
    front, pos, billing = world.front(), world.team("POS support", line=2), world.team("Billing", line=3)
    world.agreement()
    olga, ben = world.person("Olga", team=front), world.person("Ben", team=pos)
    made = world.ticket("Till 7 froze " + "w" * 120, held_by=olga, files=[File("photo.txt", "text/plain", b"x")])
    who: Any = {"ticket_id": made.pk, "by_id": olga.pk}
    conversation.reply(**who, text="We look at it.", now=world.now(minutes=10))
    conversation.note(**who, text="https://example.org/" + "a" * 200, now=world.now(minutes=11))
    ownership.hand_over(**who, to_team_id=pos.pk, why="Code 77", now=world.now(minutes=20))
    ownership.accept(ticket_id=made.pk, by_id=ben.pk, now=world.now(minutes=30))
    tasks.ask_task(**who, team_id=billing.pk, what="Check the bill", now=world.now(minutes=40))
    ownership.hand_over(ticket_id=made.pk, by_id=ben.pk, to_team_id=billing.pk, why="Theirs", now=world.now(hours=1))
    world.account(olga)
    return made


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=login]", "olga@example.org")
    page.fill("[name=password]", world.PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_selector(".account-chip")


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_and_its_forms_are_accessible_and_fit_every_width(
    page: Page, live_server: LiveServer, ticket: Ticket, theme: str
):
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sign_in(page)

    wrong: list[str] = []
    for width, paths in ((360, ("", "/task")), (1440, ("",))):
        page.set_viewport_size({"width": width, "height": 800})
        for path in paths:
            page.goto(f"/console/tickets/{ticket.number}{path}")
            page.wait_for_load_state("networkidle")
            fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            wrong += [f"{width} {path}: {fault}" for fault in (*faults(page), *([] if fits else ["too wide"]))]

    assert wrong == []
    assert complaints == []


def test_a_note_looks_nothing_like_a_reply_and_a_refused_form_keeps_its_words(page: Page, ticket: Ticket):
    sign_in(page)
    page.goto(f"/console/tickets/{ticket.number}")

    page.keyboard.press("n")
    page.wait_for_selector(".composer >> text=Save note")
    assert page.is_visible(".composer >> text=Only colleagues see this")
    assert not page.is_visible(".composer >> text=Send reply")
    page.click(".composer-kinds >> text=Reply")
    assert page.is_visible(".composer >> text=Send reply")
    assert not page.is_visible(".composer >> text=Only colleagues see this")

    page.click(".ticket-actions summary")
    page.click(".menu-list >> text=Ask a task")
    page.wait_for_selector("dialog[open] [name=what]")
    page.fill("dialog [name=what]", "Keep these words")
    page.evaluate("document.querySelector('dialog form').noValidate = true")
    page.click("dialog button:has-text('Ask a task')")
    page.wait_for_selector("dialog[open] .errors")
    assert page.input_value("dialog [name=what]") == "Keep these words"

    page.click("dialog >> text=Cancel")
    assert not page.is_visible("dialog[open]")
    assert page.url.endswith(f"/console/tickets/{ticket.number}")


def test_somebody_is_looked_up_while_typing_and_added(page: Page, ticket: Ticket):
    world.person("Maria Shop")
    world.person("Maria Other")
    sign_in(page)
    page.goto(f"/console/tickets/{ticket.number}/participant")

    page.type("[name=who]", "Maria")
    page.click(".option:has-text('Maria Shop')")
    page.click("main button:has-text('Add a person')")
    page.wait_for_selector(".ticket-side:has-text('Maria Shop')")

    assert [each.person.name for each in ticket.participants.select_related("person")] == ["Maria Shop"]


def test_what_is_typed_while_the_chosen_team_is_asked_stays(page: Page, ticket: Ticket):
    billing = Team.objects.get(name="Billing")
    world.practice(billing, asks=[{"key": "till", "type": "number", "label": {"en": "Till number"}, "required": True}])
    held_back: list[Route] = []
    sign_in(page)
    page.goto(f"/console/tickets/{ticket.number}/hand-over")
    page.route("**/hand-over?*", lambda route: held_back.append(route))
    page.select_option("main select[name=to]", str(billing.pk))
    page.fill("[name=why]", "Error 77 of the fiscal module")
    page.uncheck("[name=keep_control]")

    page.wait_for_selector("main select[name=to].htmx-request")
    held_back[0].continue_()
    page.wait_for_selector("[name=answer_till]")

    assert page.input_value("[name=why]") == "Error 77 of the fiscal module"
    assert not page.is_checked("[name=keep_control]")
    assert page.input_value("main select[name=to]") == str(billing.pk)


def test_a_photo_that_a_team_asks_for_is_sent_from_the_dialog(page: Page, ticket: Ticket):
    billing = Team.objects.get(name="Billing")
    world.practice(billing, asks=[{"key": "photo", "type": "file", "label": {"en": "A photo"}, "required": True}])
    held = world.ticket("Till 8 froze", held_by=Person.objects.get(name="Olga"))
    sign_in(page)
    page.goto(f"/console/tickets/{held.number}")

    page.click("[hx-get$='/hand-over'] >> visible=true")
    page.select_option("#action select[name=to]", str(billing.pk))
    photo: Any = {"name": "till.png", "mimeType": "image/png", "buffer": b"png"}
    page.set_input_files("#action [name=answer_photo]", photo)
    page.fill("#action [name=why]", "Theirs")
    page.click("#action .form-actions .button-primary")
    page.wait_for_selector("#ticket-region:has-text('For Billing: till.png')")

    message = held.messages.latest("pk")
    assert (message.audience, message.attachments.get().name) == ("internal", "till.png")
    assert world.told(held)[-1] == "offered"
