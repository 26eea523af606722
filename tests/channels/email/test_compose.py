"""A letter's words and head become a mail that every reader shows and nobody can bend."""

from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

import pytest

from firstline.channels.email.compose import Head, Unaddressable, compose
from firstline.channels.email.said import Button, Said
from tests import world

SAID = Said(
    headline="We have your request",
    sentences=("Its number is #10015.",),
    quote="It does not print.\nNot at all <b>.",
    rows=(("Solved by", "Monday"),),
    buttons=(Button("See your request", "http://127.0.0.1:8000/r/token/"),),
    stars=("http://127.0.0.1:8000/r/token/rate?score=1",),
    why="You asked.",
)
HEAD = Head(
    message_id="<10015.abc@example.org>",
    sender="desk@example.org",
    to_name="Rita",
    to_address="rita@example.org",
    subject="[#10015] Printer",
    written_at=world.NINE,
    language="en",
    desk="IT desk",
)


def _read(mail: EmailMessage) -> EmailMessage:
    read = email.message_from_bytes(mail.as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def _parts(mail: EmailMessage) -> tuple[str, str]:
    read = _read(mail)
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


def test_a_mail_says_the_same_as_text_and_as_html():
    text, html = _parts(compose(SAID, HEAD))

    for words in ("We have your request", "Its number is #10015.", "Solved by", "/r/token/", "You asked."):
        assert words in text
        assert words in html
    assert "Not at all <b>." in text
    assert "Not at all &lt;b&gt;." in html


def test_its_head_names_the_desk_and_says_that_it_is_automatic():
    mail = _read(compose(SAID, HEAD))

    assert mail["From"] == "IT desk <desk@example.org>"
    assert mail["To"] == "Rita <rita@example.org>"
    assert mail["Message-ID"] == "<10015.abc@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"


def test_it_stands_in_the_thread_of_what_its_reader_has_seen():
    mail = _read(compose(SAID, replace(HEAD, thread=("<first@a.example>", "<second@b.example>"))))

    assert mail["In-Reply-To"] == "<second@b.example>"
    assert mail["References"] == "<first@a.example> <second@b.example>"


@pytest.mark.parametrize(
    "hostile", ["<a@b>\r\nBcc: all@example.org", "a@b", "<a b@c>", "<ж@example.org>", "<" + "a" * 300 + "@b>", ""]
)
def test_a_foreign_message_id_that_could_break_the_head_is_left_out(hostile: str):
    mail = _read(compose(SAID, replace(HEAD, thread=(hostile,))))

    assert mail["References"] is None
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Hello\r\nBcc: all@example.org", "Hello Bcc: all@example.org"),
        ("Hello\nX: y", "Hello X: y"),
        ("a\x00b\x0bc\u2028d", "a b c d"),
        ("\u202egnp.exe", "gnp.exe"),
        ("Принтер \U0001f5a8 не печатает", "Принтер \U0001f5a8 не печатает"),
        ("x" * 400, "x" * 250),
    ],
)
def test_a_hostile_subject_stays_one_line(subject: str, kept: str):
    mail = _read(compose(SAID, replace(HEAD, subject=subject)))

    assert mail["Subject"] == kept
    assert mail["Bcc"] is None
    assert mail["X"] is None


def test_a_hostile_name_stays_a_name():
    mail = _read(compose(SAID, replace(HEAD, to_name='Rita"\r\nBcc: all@example.org <x@y>')))

    assert [address.addr_spec for address in mail["To"].addresses] == ["rita@example.org"]
    assert mail["Bcc"] is None


@pytest.mark.parametrize("address", ["", "nobody", "a@b@c d", "a b@example.org", "rita@exa\r\nmple.org", "@", "a@."])
def test_what_is_no_address_is_refused(address: str):
    with pytest.raises(Unaddressable):
        compose(SAID, replace(HEAD, to_address=address)).as_bytes()


def test_a_domain_in_other_letters_is_written_in_ascii():
    mail = _read(compose(SAID, replace(HEAD, to_address="rita@пошта.example")))

    assert mail["To"].addresses[0].domain == "xn--80a1acn3a.example"


def test_half_a_surrogate_and_nul_do_not_stop_a_letter():
    text, _html = _parts(compose(replace(SAID, quote="a\ud800b\x00c"), HEAD))

    assert "a?bc" in text
