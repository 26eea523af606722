"""The whole of a mail: its own document under its own policy, for whoever may read the message."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from firstline.core.intake.inbound import File, Security
from firstline.core.tickets.models import Mail, Message
from tests import world
from tests.commands.mail import posting
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00,"
HTML = '<p>Hello <img src="cid:logo"><img src="https://x.example/a.png"><script>alert(1)</script></p><p>quoted</p>'


@pytest.fixture
def message(db: None) -> Message:
    world.agreement()
    logo = File("logo.gif", "image/gif", GIF, content_id="logo", inline=True)
    mail = posting.mail("Hello\n> quoted", reply_text="Hello", html=HTML, files=(logo,))
    return posting.message_of(posting.arrives(mail))


def whole(message: Message, client: Client, query: str = "") -> str:
    answer = client.get(address(message) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def address(message: Message) -> str:
    return f"/console/tickets/{message.ticket.number}/messages/{message.pk}/whole"


def test_the_story_shows_what_is_new_and_one_press_shows_the_whole(message: Message):
    _olga, client = operator()

    page = client.get(f"/console/tickets/{message.ticket.number}").content.decode()

    assert re.search(r'<div class="entry-words plain">Hello</div>', page)
    assert (
        f'<iframe class="entry-frame" name="mail-{message.pk}" src="{address(message)}" sandbox="allow-popups' in page
    )


def test_the_whole_is_clean_and_its_own_pictures_are_in_it(message: Message):
    _olga, client = operator()

    shown = whole(message, client)
    asked = whole(message, client, "?pictures=yes")

    assert "<p>quoted</p>" in shown
    assert 'src="data:image/gif;base64,R0lGODlhAQABAAAAACw="' in shown
    assert "script" not in shown
    assert ("x.example" in shown, "x.example" in asked) == (False, True)


def test_it_stands_under_a_policy_of_its_own(message: Message):
    _olga, client = operator()

    answer = client.get(address(message))

    assert answer["Content-Security-Policy"].startswith("default-src 'none';")
    assert "script-src" not in answer["Content-Security-Policy"]
    assert (answer["X-Frame-Options"], answer["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")


def test_a_mail_without_html_is_shown_as_text(message: Message):
    _olga, client = operator()
    plain = posting.message_of(posting.arrives(posting.mail("New\n> <b>old</b>", reply_text="New")))

    assert "<pre>New\n&gt; &lt;b&gt;old&lt;/b&gt;</pre>" in whole(plain, client)


def test_a_message_that_is_shown_whole_has_no_other_form():
    _olga, client = operator()
    ticket = world.ticket()
    message = Message.objects.get(ticket=ticket)

    assert "entry-whole" not in client.get(f"/console/tickets/{ticket.number}").content.decode()
    assert client.get(address(message)).status_code == 404


def test_another_desk_and_a_requester_do_not_see_it(message: Message):
    others = [world.person("Hanna", team=world.front(world.desk("hr"))), world.person("Rob")]
    elsewhere = world.ticket()
    _olga, client = operator()

    answers = [signed_in(person).get(address(message)).status_code for person in others]
    crossed = client.get(f"/console/tickets/{elsewhere.number}/messages/{message.pk}/whole").status_code

    assert [*answers, crossed] == [404, 404, 404]


def test_what_was_erased_is_gone_here_too(message: Message):
    _olga, client = operator()
    mail = Mail.objects.get()
    for content in (mail.html, mail.text, message.content):
        content.text = None
        content.save()

    assert "Hello" not in whole(message, client)


@pytest.mark.parametrize(
    ("security", "words"),
    [
        (Security("S/MIME", "valid", ("rita@example.org",)), "Signed; the signature holds: rita@example.org"),
        (Security("PGP", "broken"), "The signature does not fit what was sent"),
        (None, "Signed; not checked"),
    ],
)
def test_a_signature_is_said_in_words(security: Security | None, words: str):
    _olga, client = operator()
    settled = posting.arrives(posting.mail("Hello", signed=True, security=security))

    assert words in client.get(f"/console/tickets/{posting.ticket_of(settled).number}").content.decode()


def test_a_page_with_mails_costs_no_more_than_one_without(message: Message):
    _olga, client = operator()
    plain = world.ticket()
    for ticket in (plain, message.ticket):  # what is remembered after the first time is no price of this page
        client.get(f"/console/tickets/{ticket.number}")

    with CaptureQueriesContext(connection) as without:
        client.get(f"/console/tickets/{plain.number}")
    with CaptureQueriesContext(connection) as with_mail:
        client.get(f"/console/tickets/{message.ticket.number}")

    assert len(with_mail) == len(without)
