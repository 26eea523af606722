"""A queued letter becomes a mail in its reader's language and time zone."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from firstline.channels.email import letters, to_requesters, to_staff, to_vendors
from firstline.commands import conversation, notices, progress
from firstline.commands.setup import accounts
from firstline.core.journal.models import Content, Entry
from firstline.core.outbox.models import Letter
from firstline.core.tickets import links
from firstline.core.tickets.models import Ticket
from firstline.worker.reactions import TABLE
from tests import world

pytestmark = pytest.mark.django_db


def _letter(ticket: Ticket, fact: str, kind: str, to: int | None = None) -> Letter:
    entry = Entry.objects.filter(chain=ticket.chain, kind=fact).latest("pk")
    reader = to or ticket.requester_id
    queued = notices.queue_letters(ticket_id=ticket.pk, entry_id=entry.pk, kind=kind, to=[reader], now=world.NINE)
    return queued[0]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_every_letter_of_the_table_has_words():
    kinds = {tell.letter for tells in TABLE.values() for tell in tells}

    assert kinds <= set(to_requesters.WORDS) | set(to_staff.WORDS) | set(to_vendors.WORDS)


def test_a_confirmation_gives_number_promise_and_a_link_of_the_readers_own():
    world.agreement()
    rita = world.person("Rita", time_zone="Europe/Berlin")
    ticket = world.ticket(requester=rita)

    mail = letters.mail_of(_letter(ticket, "registered", "registered"))

    assert mail["Subject"] == f"[#{ticket.number}] Printer is out of toner"
    assert f"#{ticket.number}" in _text(mail)
    assert "An answer by: Monday, 2 March 2026, 11:00 (Europe/Berlin)" in _text(mail)
    token = _text(mail).split("/link/")[1].split("/")[0]
    assert links.read(token) == (ticket.pk, rita.pk)


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("kind", sorted(to_requesters.WORDS))
def test_a_requesters_letter_is_whole_in_each_language(kind: str, language: str):
    ticket = world.ticket(requester=world.person("Rita", language=language))

    mail = letters.mail_of(_letter(ticket, "registered", kind))

    assert mail["Content-Language"] == language
    assert str(ticket.number) in mail["Subject"]
    assert f'lang="{language}"' in _html(mail)
    assert "/link/" in _html(mail)


@pytest.mark.parametrize("kind", sorted(to_staff.WORDS))
def test_a_letter_to_staff_leads_to_the_console(kind: str):
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)

    mail = letters.mail_of(_letter(ticket, "registered", kind, to=olga.pk))

    assert f"/console/tickets/{ticket.number}" in _text(mail)
    assert "/link/" not in _text(mail)


def test_a_resolution_says_what_was_done_and_offers_confirming_reopening_and_rating():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Changed the toner.", now=world.now(minutes=9))

    html = _html(letters.mail_of(_letter(ticket, "resolved", "resolved")))

    assert "Changed the toner." in html
    assert html.count("/confirmation") == 1
    assert html.count("/still-broken") == 1
    assert [html.count(f"score={score}") for score in (1, 2, 3, 4, 5)] == [1] * 5


def test_letters_about_one_ticket_stand_in_one_thread():
    olga = world.person("Olga", team=world.front())
    ticket = world.ticket(held_by=olga)
    first = _letter(ticket, "registered", "registered")
    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="Which floor?", now=world.now(minutes=5))

    mail = letters.mail_of(_letter(ticket, "replied", "replied"))

    assert mail["In-Reply-To"] == first.message_id


def test_an_acknowledgement_to_a_guest_does_not_carry_words_to_an_address_that_may_be_anybodys():
    guest, known = world.person("Gus"), world.person("Rita")
    world.account(known)

    to_guest = letters.mail_of(
        _letter(world.ticket(requester=guest, text="Buy pills at pills.example."), "registered", "registered")
    )
    to_known = letters.mail_of(
        _letter(world.ticket(requester=known, text="Buy pills at pills.example."), "registered", "registered")
    )
    olga = world.person("Olga", team=world.front())
    by_staff = letters.mail_of(
        _letter(world.ticket(requester=guest, by=olga, text="Buy pills at pills.example."), "registered", "registered")
    )

    assert "pills.example" not in _text(to_guest)
    assert "pills.example" in _text(to_known)
    assert "pills.example" in _text(by_staff)


def test_words_erased_before_the_letter_leaves_do_not_leave():
    rita = world.person("Rita")
    world.account(rita)
    ticket = world.ticket(requester=rita, text="My password is hunter2.")
    letter = _letter(ticket, "registered", "registered")
    Content.objects.update(text=None, salt=None)

    assert "hunter2" not in _text(letters.mail_of(letter))


def test_an_invitation_carries_its_link():
    rita = world.person("Rita", language="uk")
    invitation = accounts.invite(person_id=rita.pk, by_id=None, now=world.NINE)

    text = _text(letters.mail_of(Letter.objects.get()))

    assert f"/invitation/{accounts.invitation_token(invitation)}/" in text


@pytest.mark.parametrize("zone", ["", "Europe/Nowhere", "../etc/passwd", "/"])
def test_a_time_zone_nobody_knows_does_not_stop_a_letter(zone: str):
    world.agreement()
    ticket = world.ticket(requester=world.person("Rita", time_zone=zone))

    assert "10:00 (UTC)" in _text(letters.mail_of(_letter(ticket, "registered", "registered")))


@pytest.mark.parametrize(
    ("language", "headline"),
    [("en", "We have your request"), ("ru", "Мы получили вашу заявку"), ("uk", "Ми отримали вашу заявку")],
)
def test_a_confirmation_is_in_the_readers_language(language: str, headline: str):
    ticket = world.ticket(requester=world.person("Rita", language=language))

    assert headline in _text(letters.mail_of(_letter(ticket, "registered", "registered")))
