"""A service's instruction on its tickets: steps to tick, and whom they bring in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from firstline.commands.setup import catalogue
from firstline.core.instructions.models import Tick
from firstline.core.people.models import Person, Team
from firstline.core.services.models import InstructionVersion
from firstline.core.tickets.models import Ticket
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def tills() -> Team:
    """Return the team that the last step brings in."""
    return world.team("POS support", line=3)


@pytest.fixture
def version(tills: Team) -> InstructionVersion:
    """Return an instruction of three steps, in two languages."""
    steps: list[Mapping[str, Any]] = [
        {"text": {"en": "Ask for its number", "uk": "Запитайте номер"}},
        {"text": {"en": "Ask for a photo"}, "team": tills.pk, "how": "task"},
        {"text": {"en": "Hand it over"}, "team": tills.pk, "how": "hand_over"},
    ]
    at = timezone.now() - timedelta(days=1)
    service = world.service("till").pk
    return catalogue.publish_instruction(
        service_id=service, steps=steps, alone={"en": "A restart"}, by_id=None, now=at
    )  # fmt: skip


@pytest.fixture
def olga() -> Person:
    """Return an operator of the first line."""
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person, version: InstructionVersion) -> Ticket:
    """Return a ticket of that service, which Olga has taken."""
    return world.ticket(held_by=olga, service_id=version.service_id, at=timezone.now())


def _page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_its_steps_are_ticked_and_taken_back_on_the_page(olga: Person, ticket: Ticket, version: InstructionVersion):
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"
    assert all(words in _page(client, root) for words in ("Ask for its number", "A restart", "0/3"))

    client.post(f"{root}/step/0", {"instruction": version.pk})
    page = _page(client, root)
    assert ("1/3" in page, page.count('aria-checked="true"')) == (True, 1)
    assert page.count('<label class="step-words"') == 3
    assert "did step <strong>1</strong> of the instruction" in page
    client.post(f"{root}/step/0", {"instruction": version.pk, "undo": "1"})

    assert "0/3" in _page(client, root)
    assert Tick.objects.get().unticked_by == olga


def test_what_was_translated_is_shown_in_the_readers_language(olga: Person, ticket: Ticket):
    client = signed_in(olga)
    client.cookies["language"] = "uk"

    assert "Запитайте номер" in _page(client, f"/console/tickets/{ticket.number}")


def test_one_click_opens_a_task_or_a_hand_over_to_the_team(olga: Person, ticket: Ticket, tills: Team):
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"

    page = _page(client, root)
    assert f'{root}/task?team={tills.pk}&amp;what=Ask+for+a+photo"' in page
    assert f'{root}/hand-over?to={tills.pk}&amp;why=Hand+it+over"' in page
    form = _page(client, f"{root}/task?team={tills.pk}&what=Ask+for+a+photo")
    assert f'<option value="{tills.pk}" selected>' in form
    assert "Ask for a photo</textarea>" in form


def test_a_page_that_was_left_open_is_refused(olga: Person, ticket: Ticket, version: InstructionVersion):
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"

    assert client.post(f"{root}/step/0", {"instruction": version.pk + 1}).status_code == 422
    assert client.post(f"{root}/step/0", {}).status_code == 422
    assert client.post(f"{root}/step/9", {"instruction": version.pk}).status_code == 422


def test_the_page_asks_as_much_with_ticks_as_without(olga: Person, ticket: Ticket, version: InstructionVersion):
    client, root = signed_in(olga), f"/console/tickets/{ticket.number}"
    counted = []
    for step in range(2):
        with CaptureQueriesContext(connection) as asked:
            _page(client, root)
        counted.append(len(asked))
        client.post(f"{root}/step/{step}", {"instruction": version.pk})
    assert counted[0] == counted[1] <= 14
