"""Writing in a ticket: reply, note, files, what follows, and what came in meanwhile."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from firstline.commands import conversation
from firstline.core.intake.models import Envelope
from firstline.core.tickets.models import Ticket
from tests import world
from tests.web.console.staff import operator

pytestmark = pytest.mark.django_db


def write(client: Client, ticket: Ticket, text: str, **more: Any) -> Any:
    fields = {"kind": "reply", "text": text, "key": "form-1", "seen": 99, "then": "", **more}
    return client.post(f"/console/tickets/{ticket.number}/messages", fields, headers={"HX-Request": "true"})


def last(ticket: Ticket) -> Any:
    return ticket.messages.order_by("pk").last()


def test_a_reply_goes_to_the_requester_and_a_note_to_colleagues_only():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    write(client, ticket, "We look at it.")
    first = last(ticket)
    write(client, ticket, "Toner is on order.", kind="note", key="form-2")

    assert (first.audience, first.content.text) == ("public", "We look at it.")
    assert (last(ticket).audience, last(ticket).content.text) == ("internal", "Toner is on order.")
    assert Envelope.objects.filter(message_id__in=[first.pk, last(ticket).pk], outcome="joined").count() == 2


def test_the_same_form_sent_twice_says_it_once():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answers = [write(client, ticket, "Once.").status_code for _ in range(2)]

    assert answers == [200, 200]
    assert ticket.messages.count() == 2


def test_a_reply_lets_it_wait_or_resolves_it():
    olga, client = operator()
    waits, done = world.ticket(held_by=olga), world.ticket(held_by=olga)

    write(client, waits, "Which printer?", then="wait")
    write(client, done, "New toner is in.", then="resolve", key="form-2")

    waits.refresh_from_db()
    done.refresh_from_db()
    assert waits.state == "waiting_requester"
    assert last(waits).content.text == "Which printer?"
    assert done.state == "resolved"
    assert done.resolution is not None
    assert done.resolution.text == "New toner is in."


def test_files_come_along():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)
    files = [SimpleUploadedFile(name, b"bytes of " + name.encode()) for name in ("a.txt", "b.txt")]

    answer = write(client, ticket, "See here.", files=files)

    assert answer.status_code == 200
    assert [file.name for file in last(ticket).attachments.order_by("pk")] == ["a.txt", "b.txt"]


def test_a_file_over_the_limit_is_refused_with_the_limit_named():
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    with override_settings(ATTACHMENT_LIMIT=1024 * 1024):
        answer = write(client, ticket, "See here.", files=[SimpleUploadedFile("big.bin", b"x" * (1024 * 1024 + 1))])

    assert answer.status_code == 422
    assert "big.bin is larger than 1 MB" in answer.content.decode()
    assert "See here." in answer.content.decode()
    assert ticket.messages.count() == 1


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "a\x00b"}, {"kind": "shout"}, {"kind": "note", "then": "resolve"}, {"seen": "x"}]
)
def test_what_cannot_be_sent_is_refused_and_writes_no_message(fields: dict[str, Any]):
    olga, client = operator()
    ticket = world.ticket(held_by=olga)

    answer = write(client, ticket, **{"text": "Words", **fields})

    assert answer.status_code == 422
    assert 'class="errors' in answer.content.decode()
    assert ticket.messages.count() == 1


def test_words_that_came_in_meanwhile_are_shown_before_a_reply_is_sent_past_them():
    olga, client = operator()
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, held_by=olga)
    conversation.join(ticket_id=ticket.pk, by_id=rita.pk, text="It works again!", now=world.now(minutes=5))

    warned = write(client, ticket, "We send an engineer.", seen=2)
    page = warned.content.decode()
    again = write(client, ticket, "We send an engineer.", seen=3)

    assert warned.status_code == 422
    assert "something came in" in page
    assert "It works again!" in page
    assert "We send an engineer." in page
    assert 'name="seen" value="3"' in page
    assert again.status_code == 200


def test_a_note_goes_through_whatever_came_in_meanwhile():
    olga, client = operator()
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, held_by=olga)
    conversation.join(ticket_id=ticket.pk, by_id=rita.pk, text="More", now=world.now(minutes=5))

    assert write(client, ticket, "Seen.", kind="note", seen=1).status_code == 200
