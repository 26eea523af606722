"""Mail on a ticket's page: to the vendor, what became of letters, taking a reply back, spam, addresses that bounce."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from firstline.commands import conversation
from firstline.core.journal.models import Entry
from firstline.core.outbox.models import Letter
from firstline.core.people.models import ContactPoint
from firstline.core.tickets.models import Ticket, VendorContact
from tests import world
from tests.web.console.staff import operator, signed_in
from tests.web.console.test_ticket_composer import last, write

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/console/tickets/{ticket.number}")
    assert answer.status_code == 200
    return answer.content.decode()


def replied(ticket: Ticket, by: Any, **letter: Any) -> Letter:
    """Let a reply be said and posted, and return its letter."""
    conversation.reply(ticket_id=ticket.pk, by_id=by.pk, text="We look at it.", now=timezone.now())
    entry = Entry.objects.filter(chain=ticket.chain, kind="replied").latest("pk")
    return Letter.objects.create(
        message_id=f"<{entry.pk}@x>", key=str(entry.pk), kind="replied", person=ticket.requester, ticket_id=ticket.pk,
        entry_id=entry.pk, address="rita@example.org", queued_at=timezone.now(), **letter,
    )  # fmt: skip


def test_what_is_written_to_a_vendor_goes_to_that_address_and_the_requester_never_sees_it():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    write(client, ticket, "Please send a new part.", kind="vendor", to="service@vendor.example")
    told = signed_in(ticket.requester).get(f"/requests/{ticket.number}/").content.decode()

    assert (last(ticket).audience, VendorContact.objects.get().person.name) == ("vendor", "service@vendor.example")
    assert '<option value="service@vendor.example">' in page(client, ticket)
    assert "Please send a new part." not in told


@pytest.mark.parametrize("to", ["", "nonsense", "rita@example.org"])
def test_a_letter_to_no_vendor_is_refused_and_writes_nothing(to: str):
    olga, client = operator()
    ticket = world.ticket(held_by=olga, requester=world.person("Rita", mail="rita@example.org"))

    answer = write(client, ticket, "Please send a new part.", kind="vendor", to=to)

    assert answer.status_code == 422
    assert "Please send a new part." in answer.content.decode()
    assert not ticket.messages.filter(audience="vendor").exists()


def test_letters_cost_the_page_no_statement():
    olga, client = operator()
    without, with_letters = world.ticket(held_by=olga), world.ticket(held_by=olga)
    conversation.reply(ticket_id=without.pk, by_id=olga.pk, text="We look at it.", now=timezone.now())
    replied(with_letters, olga)

    counted = []
    for ticket in (without, with_letters):
        page(client, ticket)
        with CaptureQueriesContext(connection) as asked:
            page(client, ticket)
        counted.append(len(asked))

    assert counted[0] == counted[1]


def test_an_address_from_which_mail_came_back_is_marked():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    before = page(client, ticket)
    ContactPoint.objects.filter(person=ticket.requester).update(bounced_at=world.NINE)

    assert ["mail to it came back" in shown for shown in (before, page(client, ticket))] == [False, True]


def test_a_reply_is_taken_back_within_its_seconds(settings: LazySettings):
    settings.UNDO_SECONDS = 10
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    sent = write(client, ticket, "Oops.").content.decode()
    undo = f"/console/tickets/{ticket.number}/undo/{last(ticket).pk}"
    plain = page(client, ticket)
    back = client.post(undo, headers=HTMX)
    again = client.post(undo, headers=HTMX)

    assert '<undo-note class="undo-note" data-tone="well" seconds="10">' in sent
    assert f'action="{undo}"' in plain
    assert "Taken back; nobody outside has seen it." in back.content.decode()
    assert (again.status_code, last(ticket).withdrawn_at is not None) == (422, True)


def test_a_reply_that_resolves_is_taken_back_with_its_solution(settings: LazySettings):
    settings.UNDO_SECONDS = 10
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    undo = f"/console/tickets/{ticket.number}/undo-resolution"

    sent = write(client, ticket, "New toner.", then="resolve").content.decode()
    offered = page(client, ticket)
    back = client.post(undo, headers=HTMX)

    assert (f'hx-post="{undo}"' in sent, f'action="{undo}"' in offered) == (True, True)
    assert "Taken back; it goes on" in back.content.decode()
    assert f'action="{undo}"' not in page(client, ticket)
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_a_note_or_what_waits_is_not_offered_to_be_taken_back(settings: LazySettings):
    settings.UNDO_SECONDS = 10
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answers = [write(client, ticket, "A", kind="note", key="1"), write(client, ticket, "B", then="wait", key="2")]

    assert ["undo-note" in answer.content.decode() for answer in answers] == [False, False]
