"""What the page shows of letters, and what is written, taken back and told from requests there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from firstline.commands import conversation, notices
from firstline.core.journal.models import Entry
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from firstline.core.tickets.models import Message, Ticket, VendorContact
from tests import world
from tests.web.console.staff import operator

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(settings: LazySettings) -> tuple[Person, Client, Ticket]:
    settings.UNDO_SECONDS = 10
    olga, client = operator()
    return olga, client, world.ticket(held_by=olga, at=timezone.now())


def _page(client: Client, ticket: Ticket) -> str:
    return client.get(f"/console/tickets/{ticket.number}").content.decode()


def _do(client: Client, ticket: Ticket, key: str, **fields: object) -> tuple[int, str]:
    answer = client.post(f"/console/tickets/{ticket.number}/{key}", fields, headers=HTMX)
    return answer.status_code, answer.content.decode()


def _replied(ticket: Ticket, by: Person) -> tuple[Message, Letter]:
    message = conversation.reply(ticket_id=ticket.pk, by_id=by.pk, text="Which floor?", now=timezone.now())
    entry = Entry.objects.get(chain=ticket.chain, kind="replied")
    letter = notices.queue_letters(
        ticket_id=ticket.pk, entry_id=entry.pk, kind="replied", to=[ticket.requester_id], now=timezone.now()
    )[0]
    return message, letter


@pytest.mark.parametrize(
    ("columns", "word"),
    [
        ({}, "On its way"),
        ({"attempts": 1, "trouble": "busy"}, "Waits for the mail server"),
        ({"sent_at": world.NINE}, "Sent"),
        ({"sent_at": world.NINE, "bounced_at": world.NINE, "trouble": "user unknown"}, "Came back"),
        ({"refused_at": world.NINE, "trouble": "550 no"}, "Not taken by the mail server"),
    ],
)
def test_a_reply_says_what_became_of_its_letter(
    desk: tuple[Person, Client, Ticket], columns: dict[str, object], word: str
):
    olga, client, ticket = desk
    _message, letter = _replied(ticket, olga)
    Letter.objects.filter(pk=letter.pk).update(**columns)

    page = _page(client, ticket)

    assert word in page
    assert f"Rita: {word}" in page


def test_a_reply_is_taken_back_by_a_button_that_stands_there_for_its_writer_only(
    desk: tuple[Person, Client, Ticket],
):
    olga, client, ticket = desk
    message, _letter = _replied(ticket, olga)
    _ben, colleague = operator("Ben")
    assert f"/undo/{message.pk}" in _page(client, ticket)
    assert f"/undo/{message.pk}" not in _page(colleague, ticket)

    status, region = _do(client, ticket, f"undo/{message.pk}")

    assert (status, "Taken back before it was sent" in region) == (200, True)
    assert _do(client, ticket, f"undo/{message.pk}")[0] == 422
    assert f"/undo/{message.pk}" not in _page(client, ticket)


def test_a_button_pressed_too_late_says_so(desk: tuple[Person, Client, Ticket]):
    olga, client, ticket = desk
    message = conversation.reply(
        ticket_id=ticket.pk, by_id=olga.pk, text="?", now=timezone.now() - timedelta(seconds=11)
    )

    status, said = _do(client, ticket, f"undo/{message.pk}")

    assert (status, "on its way already" in said) == (422, True)


def test_a_vendor_is_written_to_from_the_ticket(desk: tuple[Person, Client, Ticket]):
    _olga, client, ticket = desk

    refused = _do(client, ticket, "vendor", to="nowhere", name="", text="Part?")
    status, region = _do(client, ticket, "vendor", to="parts@vendor.example", name="Vera", text="Part?")

    assert (refused[0], status, "Part?" in region) == (422, 200, True)
    assert VendorContact.objects.get().person.name == "Vera"


def test_spam_is_told_from_requests_and_back(desk: tuple[Person, Client, Ticket]):
    _olga, client, ticket = desk

    assert _do(client, ticket, "spam", block="on")[0] == 200
    assert "No spam" in _page(client, ticket)
    assert _do(client, ticket, "not-spam")[0] == 200

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing) == ("open", "")


def test_what_came_in_a_colleagues_name_without_proof_does_not_read_as_their_note(desk: tuple[Person, Client, Ticket]):
    olga, client, ticket = desk
    conversation.remark(
        ticket_id=ticket.pk, kind="unproven wrote", author_id=olga.pk, text="Send me the password.", now=timezone.now()
    )

    page = _page(client, ticket)

    assert "By mail, and nothing proves who wrote it" in page
    assert "Note: the requester does not see it" not in page
