"""Asking the desk: by a guest or signed in, once, within limits, with every mistake said beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from firstline.core.intake.models import Count, Envelope
from firstline.core.people.models import Person
from firstline.core.services.models import Service
from firstline.core.tickets.models import Attachment, Ticket
from tests import world

Words = Callable[[Any], str]
Filled = Callable[..., dict[str, Any]]
ASK = "/ask/printer/"


def test_a_guest_asks_and_reads_the_number_and_the_promise(
    client: Client, service: Service, filled: Filled, words: Words
):
    response = client.post(ASK, filled(), follow=True)

    ticket = Ticket.objects.get()
    assert (ticket.requester.name, ticket.service, ticket.channel) == ("Greta", service, "form")
    assert str(ticket.number) in words(response)
    assert "An answer by" in words(response)
    assert Envelope.objects.get().ticket_id == ticket.pk


def test_somebody_signed_in_is_not_asked_who_they_are(client: Client, service: Service, filled: Filled):
    rita = world.person()
    client.force_login(world.account(rita))

    page = client.get(ASK)
    client.post(ASK, filled(name=None, mail=None))

    assert 'name="mail"' not in page.content.decode()
    assert Ticket.objects.get().requester == rita


def test_the_same_form_sent_twice_is_one_ticket(client: Client, service: Service, filled: Filled):
    first, second = client.post(ASK, filled()), client.post(ASK, filled())

    assert Ticket.objects.count() == 1
    assert first.status_code == second.status_code == 302


def test_the_same_key_from_somebody_else_is_another_ticket(client: Client, service: Service, filled: Filled):
    client.post(ASK, filled())
    client.post(ASK, filled(mail="eve@example.org"))

    assert Ticket.objects.count() == 2


def test_a_form_without_a_service_reaches_the_first_line(client: Client, service: Service, filled: Filled):
    client.post("/ask/other/", filled(answer_device=None))

    assert Ticket.objects.get().team == world.front()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": "a\x00b"}, "Null characters are not allowed."),
        ({"text": "x" * 200_001}, "at most 200000 characters"),
        ({"mail": "greta@"}, "is not a mail address"),
        ({"name": ""}, "This field is required."),
        ({"answer_device": "spaceship"}, "Select a valid choice."),
        ({"answer_device": ""}, "This field is required."),
        ({"answer_device": "other"}, "Please fill this in"),
        ({"answer_since": "yesterday"}, "Please write a date"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_mistake_is_said_and_nothing_is_registered(
    client: Client, service: Service, filled: Filled, words: Words, changed: dict[str, str], sentence: str
):
    response = client.post(ASK, filled(**changed))

    assert response.status_code == 422
    assert sentence in words(response)
    assert (Ticket.objects.count(), Person.objects.count()) == (0, 0)


def test_an_answer_that_is_not_asked_for_is_not_demanded_and_not_kept(client: Client, service: Service, filled: Filled):
    client.post(ASK, filled(answer_which="left over"))

    answers = Ticket.objects.get().answers
    assert answers is not None
    assert "left over" not in (answers.text or "")


@pytest.mark.parametrize("text", ["😀 Ω ‮right to left‬", "  leading blanks", "<script>alert(1)</script>", "{{ 7*7 }}"])
def test_strange_words_come_back_unchanged(client: Client, service: Service, filled: Filled, text: str):
    client.post(ASK, filled(text=text))

    message = Ticket.objects.get().messages.get()
    assert message.content.text == text


def test_files_come_along(client: Client, service: Service, filled: Filled):
    files = [SimpleUploadedFile("екран.png", b"\x89PNG", "image/png"), SimpleUploadedFile("log.txt", b"x" * 70_000)]

    client.post(ASK, filled(uploads=files))

    kept = Attachment.objects.order_by("pk").values_list("name", "blob__size")
    assert list(kept) == [("екран.png", 4), ("log.txt", 70_000)]


def test_files_over_the_limit_are_refused_with_the_limit_named(
    client: Client, service: Service, filled: Filled, words: Words, settings
):
    settings.ATTACHMENT_LIMIT = 1024 * 1024

    response = client.post(ASK, filled(uploads=SimpleUploadedFile("film.mp4", b"x" * 1_500_000)))

    assert response.status_code == 422
    assert "larger than 1 MB together" in words(response)
    assert Ticket.objects.count() == 0
    assert turned_away() == [("form", "too large", 1)]


def test_what_is_far_over_the_limit_is_turned_away_unread(
    client: Client, service: Service, filled: Filled, words: Words, settings
):
    settings.ATTACHMENT_LIMIT = 64 * 1024

    response = client.post(ASK, filled(uploads=SimpleUploadedFile("film.mp4", b"x" * 1_500_000)))

    assert response.status_code == 413
    assert "too large" in words(response)
    assert turned_away() == [("form", "too large", 1)]


def test_nobodys_mailbox_can_be_bombed_by_forms(client: Client, service: Service, filled: Filled, words: Words):
    answers = [client.post(ASK, filled(key=f"k{n}")) for n in range(6)]

    assert [answer.status_code for answer in answers] == [302, 302, 302, 302, 422, 422]
    assert "Several requests came with this mail address" in words(answers[-1])
    assert Ticket.objects.count() == 4
    assert turned_away() == [("form", "too often", 2)]


def test_a_machine_that_fills_the_bait_registers_nothing(client: Client, service: Service, filled: Filled):
    assert client.post(ASK, filled(website="http://spam.example")).status_code == 404
    assert Ticket.objects.count() == 0


def test_a_stranger_renames_nobody_by_using_their_address(client: Client, service: Service, filled: Filled):
    rita = world.person("Rita", mail="rita@example.org")

    client.post(ASK, filled(mail="RITA@example.org", name="Somebody else"))

    rita.refresh_from_db()
    assert (rita.name, Ticket.objects.get().requester) == ("Rita", rita)


def test_the_confirmation_shows_a_stranger_nothing_but_what_they_sent(client: Client, service: Service, filled: Filled):
    sent = client.post(ASK, filled())

    assert client.get(sent["Location"][:-3] + "x/").status_code == 404
    assert f"/requests/{Ticket.objects.get().number}/" not in client.get(sent["Location"]).content.decode()


def test_a_service_that_is_not_public_cannot_be_asked(client: Client, service: Service):
    world.service("secret", public=False)

    assert [client.get(f"/ask/{key}/").status_code for key in ("secret", "nothing")] == [404, 404]


def test_something_else_is_the_desks_own_service_where_it_has_one(client: Client, service: Service, filled: Filled):
    own = world.service("other", name={"en": "Whatever"})

    page = client.get("/").content.decode()
    client.post("/ask/other/", filled(answer_device=None))

    assert page.count('href="/ask/other/"') == 1
    assert Ticket.objects.get().service == own


def turned_away() -> list[tuple[str, str, int]]:
    return list(Count.objects.values_list("channel", "why", "refused"))
