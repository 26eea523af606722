"""Files of a conversation: who gets them, and how they are sent."""

from __future__ import annotations

import pytest
from django.http import FileResponse
from django.test import Client

from firstline.commands import conversation
from firstline.commands.conversation import File
from firstline.core.tickets.models import Attachment, Ticket
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def sent(name: str, data: bytes, content_type: str = "", **asked: object) -> tuple[Ticket, str]:
    ticket = world.ticket(files=[File(name, content_type, data)], **asked)  # type: ignore[arg-type]
    file = Attachment.objects.get(message__ticket=ticket)
    return ticket, f"/files/{file.pk}/{name}"


def test_a_file_is_sent_to_be_saved_and_cannot_run():
    rita = world.person("Rita")
    _ticket, path = sent("page.html", b"<script>alert(1)</script>", "text/html", requester=rita)

    answer = signed_in(rita).get(path)

    assert answer.content == b"<script>alert(1)</script>"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_is_shown_whatever_it_says_it_is_and_a_drawing_with_scripts_is_not():
    rita = world.person("Rita")
    client = signed_in(rita)
    _one, picture = sent("a.bin", PNG, "text/html", requester=rita)
    _two, drawing = sent("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml", requester=rita)

    shown, saved = client.get(picture), client.get(drawing)

    assert (shown["Content-Type"], shown["Content-Disposition"]) == ("image/png", 'inline; filename="a.bin"')
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")


def test_a_large_file_is_streamed_from_its_place():
    rita = world.person("Rita")
    data = b"x" * 200_000
    _ticket, path = sent("large.bin", data, requester=rita)

    answer = signed_in(rita).get(path)

    assert isinstance(answer, FileResponse)
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Length"] == "200000"


def test_a_foreign_tickets_file_is_not_there_for_requesters_teams_other_desks_and_guests():
    _ticket, path = sent("secret.txt", b"secret")
    other = world.desk("other")
    strangers = [
        world.person("Eve"),
        world.person("Pavlo", team=world.team("POS support", line=3)),
        world.person("Oskar", team=world.front(other)),
    ]

    assert [signed_in(person).get(path).status_code for person in strangers] == [404, 404, 404]
    assert Client().get(path).status_code == 404


def test_a_notes_file_is_for_staff_only():
    olga, client = operator()
    rita = world.person("Rita")
    ticket = world.ticket(requester=rita, held_by=olga)
    conversation.note(
        ticket_id=ticket.pk, by_id=olga.pk, text="Log", files=[File("log.txt", "", b"log")], now=world.now(hours=1)
    )
    path = f"/files/{Attachment.objects.get().pk}/log.txt"

    assert client.get(path).status_code == 200
    assert signed_in(rita).get(path).status_code == 404


def test_a_redacted_file_and_one_that_never_was_are_not_there():
    rita = world.person("Rita")
    client = signed_in(rita)
    _ticket, path = sent("a.txt", b"a", requester=rita)
    Attachment.objects.update(redacted_at=world.NINE)

    assert [client.get(each).status_code for each in (path, "/files/424242/x")] == [404, 404]
