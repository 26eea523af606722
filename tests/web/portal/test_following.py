"""Following a request: who may see it, what they see, and what they may do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.commands import conversation, progress
from firstline.core.people.models import Person
from firstline.core.services.models import Service
from firstline.core.tickets import links
from firstline.core.tickets.models import Attachment, Ticket
from tests import world

Words = Callable[[Any], str]


@pytest.fixture
def olga(service: Service) -> Person:
    return world.person("Olga", team=world.front())


@pytest.fixture
def rita(service: Service) -> Person:
    return world.person("Rita", organisation=world.organisation())


@pytest.fixture
def ticket(rita: Person, olga: Person, service: Service) -> Ticket:
    return world.ticket(requester=rita, held_by=olga, service_id=service.pk)


@pytest.fixture
def hers(client: Client, rita: Person) -> Client:
    client.force_login(world.account(rita))
    return client


def page_of(ticket: Ticket) -> str:
    return f"/requests/{ticket.number}/"


def by_link(ticket: Ticket, person: Person) -> str:
    return f"/link/{links.token_for(ticket_id=ticket.pk, person_id=person.pk)}/"


def solved(ticket: Ticket, by: Person) -> None:
    progress.resolve(ticket_id=ticket.pk, by_id=by.pk, how="New toner.", now=world.now(hours=2))
    ticket.refresh_from_db()


def test_the_requester_reads_who_has_it_what_is_promised_and_the_conversation(
    hers: Client, ticket: Ticket, olga: Person, words: Words
):
    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="We are on our way.", now=world.now(minutes=5))

    told = words(hers.get(page_of(ticket)))

    assert "We are on our way." in told
    assert "Solved by" in told
    assert "Olga (Service desk) answers for it to you." in told


def test_notes_are_for_colleagues_only_even_when_staff_read_the_portal(client: Client, ticket: Ticket, olga: Person):
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="He broke it himself.", now=world.now(minutes=5))
    client.force_login(world.account(olga))

    page = client.get(page_of(ticket)).content.decode()

    assert "Printer is out of toner" in page
    assert "broke it himself" not in page


@pytest.mark.parametrize("path", ["", "confirmation", "still-broken", "withdrawal", "rating"])
def test_a_stranger_sees_no_difference_between_a_request_and_none(client: Client, ticket: Ticket, path: str):
    client.force_login(world.account(world.person("Eve")))

    assert [client.get(f"{where}{path}").status_code for where in (page_of(ticket), "/requests/12345/")] == [404, 404]


def test_whoever_is_not_signed_in_is_asked_to(client: Client, ticket: Ticket):
    answer = client.get(page_of(ticket))

    assert answer["Location"] == f"/accounts/login/?next={page_of(ticket)}"


def test_a_guest_reads_and_answers_by_a_signed_link(client: Client, ticket: Ticket, rita: Person):
    base = by_link(ticket, rita)

    page = client.get(base)
    answer = client.post(f"{base}reply", {"key": "k", "text": "It works again, then not."})

    assert page.status_code == 200
    assert answer["Location"] == base
    assert ticket.messages.order_by("-pk")[0].author == rita


def test_a_link_for_somebody_who_no_longer_follows_lets_nobody_in(client: Client, ticket: Ticket):
    assert client.get(by_link(ticket, world.person("Former"))).status_code == 404


def test_an_answer_sent_twice_is_one_message_with_its_files(hers: Client, ticket: Ticket):
    for _ in range(2):
        file = SimpleUploadedFile("screen.png", b"png")
        hers.post(f"{page_of(ticket)}reply", {"key": "once", "text": "See the picture.", "uploads": file})

    assert ticket.messages.count() == 2
    assert Attachment.objects.get().name == "screen.png"


def test_an_empty_answer_is_refused_beside_its_field(hers: Client, ticket: Ticket):
    answer = hers.post(f"{page_of(ticket)}reply", {"key": "k", "text": "  "})

    assert answer.status_code == 422
    assert "an empty text helps nobody" in answer.content.decode()


def test_a_file_is_sent_to_be_saved_never_to_be_shown(hers: Client, ticket: Ticket, olga: Person):
    hers.post(
        f"{page_of(ticket)}reply", {"key": "k", "text": "x", "uploads": SimpleUploadedFile("page.html", b"<script>")}
    )
    file = Attachment.objects.get()

    answer = hers.get(f"{page_of(ticket)}files/{file.pk}")

    assert answer["Content-Disposition"] == 'attachment; filename="page.html"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer.getvalue() == b"<script>"


def test_a_file_of_a_note_is_not_sent_to_the_requester(hers: Client, ticket: Ticket, olga: Person):
    secret = conversation.File("secret.txt", "text/plain", b"x")
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="x", files=[secret], now=world.now(minutes=5))

    assert hers.get(f"{page_of(ticket)}files/{Attachment.objects.get().pk}").status_code == 404


@pytest.mark.parametrize("deed", ["confirmation", "still-broken", "rating"])
def test_a_mail_scanner_that_opens_a_link_changes_nothing(
    client: Client, ticket: Ticket, olga: Person, rita: Person, deed: str
):
    solved(ticket, olga)
    before = world.everything()

    page = client.get(f"{by_link(ticket, rita)}{deed}")
    client.head(f"{by_link(ticket, rita)}{deed}")

    assert page.status_code == 200
    assert world.everything() == before


def test_yes_closes_it_and_a_rating_follows(hers: Client, ticket: Ticket, olga: Person):
    solved(ticket, olga)

    hers.post(f"{page_of(ticket)}confirmation")
    hers.post(f"{page_of(ticket)}rating", {"score": "5", "comment": "Quick!"})

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing, ticket.score) == ("closed", "confirmed", 5)


def test_still_broken_opens_it_again_in_one_press(hers: Client, ticket: Ticket, olga: Person):
    solved(ticket, olga)

    hers.post(f"{page_of(ticket)}still-broken")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopenings, ticket.assignee) == ("open", 1, olga)


def test_an_answer_may_say_that_it_is_still_broken(hers: Client, ticket: Ticket, olga: Person):
    solved(ticket, olga)

    hers.post(f"{page_of(ticket)}reply", {"key": "k", "text": "Blank again.", "still_broken": "yes"})

    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_what_is_needed_no_more_is_withdrawn(hers: Client, ticket: Ticket):
    hers.post(f"{page_of(ticket)}withdrawal", {"why": "Found another printer."})

    ticket.refresh_from_db()
    assert (ticket.state, ticket.closing) == ("closed", "withdrawn")


def test_what_the_rules_forbid_is_said_in_a_sentence(hers: Client, ticket: Ticket, words: Words):
    answer = hers.post(f"{page_of(ticket)}confirmation")

    assert answer.status_code == 422
    assert "Only a resolved ticket can be confirmed." in words(answer)


@pytest.mark.parametrize("score", ["", "0", "6", "five"])
def test_a_rating_is_one_to_five(hers: Client, ticket: Ticket, olga: Person, score: str):
    solved(ticket, olga)

    assert hers.post(f"{page_of(ticket)}rating", {"score": score}).status_code == 422


def test_a_colleague_is_added_and_a_stranger_is_not(hers: Client, ticket: Ticket, words: Words):
    world.person("Petro", organisation=world.organisation())
    world.person("Eve")

    hers.post(f"{page_of(ticket)}people", {"mail": "petro@example.org"})
    refused = hers.post(f"{page_of(ticket)}people", {"mail": "eve@example.org"})

    assert [one.person.name for one in ticket.participants.all()] == ["Petro"]
    assert refused.status_code == 422
    assert "no such person in your organisation" in words(refused)


def test_the_list_shows_ones_own_and_a_manager_the_organisations(client: Client, ticket: Ticket, words: Words):
    anna = world.person("Anna", role="organisation_manager", over=world.organisation())
    client.force_login(world.account(anna))

    own, whole = words(client.get("/requests/")), words(client.get("/requests/?show=organisation"))

    assert "Printer is out of toner" not in own
    assert "Printer is out of toner" in whole
    assert client.get(page_of(ticket)).status_code == 200


def test_whoever_manages_nothing_cannot_ask_for_the_organisations_list(hers: Client, ticket: Ticket, words: Words):
    world.ticket("Not hers", requester=world.person("Petro", organisation=world.organisation()))

    assert "Not hers" not in words(hers.get("/requests/?show=organisation"))


@pytest.mark.parametrize("address", ["/requests/", "page"])
def test_as_many_queries_for_three_as_for_one(hers: Client, ticket: Ticket, rita: Person, olga: Person, address: str):
    where = page_of(ticket) if address == "page" else address
    one = _queries(hers, where)
    for n in range(2):
        world.ticket(f"Another {n}", requester=rita)
        said = [conversation.File(f"{n}.txt", "text/plain", b"x")]
        conversation.join(ticket_id=ticket.pk, by_id=rita.pk, text="More.", files=said, now=world.now(hours=1))

    three = _queries(hers, where)

    assert three <= one + (2 if address == "page" else 0)  # the first file costs the two queries of files
    assert three <= 13


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
