"""Notices in a desk's own words: what they say, and that they can do no harm."""

from __future__ import annotations

import pytest

from firstline.channels.email import letters, own_words, to_requesters, to_vendors
from firstline.channels.email.own_words import Words
from firstline.commands import conversation, notices
from firstline.commands.setup import wording
from firstline.core.journal.models import Entry
from firstline.core.mail import places
from tests import world


def test_every_notice_that_leaves_the_house_can_be_worded():
    assert set(places.KINDS) == {*to_requesters.WORDS, *to_vendors.WORDS}


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("kind", places.KINDS)
def test_the_shipped_words_are_words_that_can_be_saved_and_previewed(kind: str, language: str):
    words = own_words.shipped(kind, language)

    subject, body = wording.checked(kind=kind, language=language, subject=words.subject, body=words.body)
    shown = own_words.preview(kind, language, Words(subject, body))

    assert "{" not in shown.subject + shown.text
    assert shown.subject.startswith("[#10011] ")


@pytest.mark.django_db
def test_a_letter_says_it_in_the_desks_words_escaped_and_with_its_buttons():
    olga = world.person("Olga <b>", team=world.front(), mail="olga@example.org")
    ticket = world.ticket("Toner & more", requester=world.person("Rita"), held_by=olga)
    wording.word_notice(
        desk_id=ticket.desk_id, kind="replied", language="en", subject="Re {number}: {subject}",
        body="Dear {reader},\n\n{by} of {desk} <i>wrote</i>:\n\n{text}\n\nSee {link}", by_id=None, now=world.NINE,
    )  # fmt: skip
    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="{number} <script>", now=world.now(minutes=5))
    entry = Entry.objects.filter(chain=ticket.chain, kind="replied").get()
    letter = notices.queue_letters(
        ticket_id=ticket.pk, entry_id=entry.pk, kind="replied", to=[ticket.requester_id], now=world.NINE
    )[0]

    mail = letters.mail_of(letter)

    html = mail.get_body(("html",)).get_content()
    assert mail["Subject"] == f"Re {ticket.number}: Toner & more"
    assert "Olga &lt;b&gt; of Desk it &lt;i&gt;wrote&lt;/i&gt;:" in html
    assert "{number} &lt;script&gt;" in html
    assert "Read and answer" in html
