"""At the doors: what is answered with 250 is committed, and whoever is sent away is told why."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import smtplib
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.load import free_port
from firstline.channels.email import listening
from firstline.channels.email.keeper import Keeper
from firstline.commands import intake, turning_away
from firstline.commands.setup import mailboxes
from firstline.config import env
from firstline.core.intake.models import Blob, Count, Envelope, Mailbox
from firstline.core.intake.store import bytes_of
from firstline.core.outbox.models import Job
from tests import together, world
from tests.faults.outside import eventually

pytestmark = pytest.mark.django_db(transaction=True)

LIMIT = 1024 * 1024
MAIL = (
    b"From: anna@people.example\r\nTo: desk@example.org\r\nSubject: Printer\r\n\r\nIt smokes.\r\n.\r\n..two\r\nend\r\n"
)


@pytest.fixture
def mailbox() -> Mailbox:
    """Return a mailbox for which nothing is fetched."""
    world.front()
    return mailboxes.set_up_mailbox(desk_id=world.desk().pk, address="desk@example.org", by_id=None, now=world.NINE)


@contextlib.contextmanager
def open_doors(**changes: Any) -> Iterator[env.Listening]:
    """Open the doors in a thread, on ports of their own."""
    places = dataclasses.replace(
        env.listening(), smtp=("127.0.0.1", free_port()), lmtp=("127.0.0.1", free_port()), **changes
    )
    ready, loop, end = threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def listen() -> None:
        async with listening.doors(places, limit=LIMIT):
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(listen()))
    thread.start()
    assert ready.wait(10)
    try:
        yield places
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()


@pytest.fixture
def doors(mailbox: Mailbox) -> Iterator[env.Listening]:
    """Return where the doors are that all peers of this machine may use."""
    with open_doors() as places:
        yield places


def _by_smtp(doors: env.Listening) -> smtplib.SMTP:
    assert doors.smtp is not None
    return smtplib.SMTP(*doors.smtp, local_hostname="peer.example", timeout=20)


def _by_lmtp(doors: env.Listening) -> smtplib.LMTP:
    assert isinstance(doors.lmtp, tuple)
    return smtplib.LMTP(*doors.lmtp, local_hostname="peer.example", timeout=20)


def test_a_mail_answered_with_250_is_kept_as_it_came_and_owed_to_be_understood(doors: env.Listening, mailbox: Mailbox):
    with _by_smtp(doors) as peer:
        assert peer.sendmail("anna@people.example", ["Desk+token17@Example.org"], MAIL) == {}

    envelope = Envelope.objects.get()
    raw = bytes_of(envelope.blob)
    trace, mail = raw[: -len(MAIL)], raw[-len(MAIL) :]
    assert mail == MAIL
    assert trace.startswith(b"Return-Path: <anna@people.example>\r\nReceived: from peer.example ([127.0.0.1])\r\n")
    assert (envelope.mailbox, envelope.recipient) == (mailbox, "Desk+token17@Example.org")
    assert Job.objects.get().payload == {"envelope": envelope.pk}


def test_a_bounce_with_an_empty_sender_is_taken(doors: env.Listening):
    with _by_smtp(doors) as peer:
        peer.sendmail("", ["desk@example.org"], MAIL)

    assert bytes_of(Envelope.objects.get().blob).startswith(b"Return-Path: <>\r\n")


def test_lines_of_any_length_and_letters_of_any_script_are_taken(doors: env.Listening):
    mail = MAIL + b"x" * 700_000 + "Привет".encode("koi8-r") + b"\r\n"
    with _by_smtp(doors) as peer:
        peer.sendmail("anna@people.example", ["desk@example.org"], mail, ["BODY=8BITMIME"])

    assert bytes_of(Envelope.objects.get().blob).endswith(mail)


def test_an_unknown_recipient_is_refused_and_the_others_are_served(doors: env.Listening):
    with _by_smtp(doors) as peer:
        refused = peer.sendmail("a@people.example", ["desk@example.org", "nobody@example.org"], MAIL)

    assert {address: code for address, (code, _words) in refused.items()} == {"nobody@example.org": 550}
    assert Envelope.objects.count() == 1
    eventually(lambda: Count.objects.filter(why=turning_away.NOT_KNOWN).exists())


def test_lmtp_answers_for_each_recipient_and_keeps_for_each_mailbox(doors: env.Listening):
    mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address="sales@example.org", by_id=None, now=world.NINE
    )  # fmt: skip
    with _by_lmtp(doors) as peer:
        peer.ehlo()
        peer.mail("anna@people.example")
        codes = [peer.rcpt(f"{name}@example.org")[0] for name in ("desk", "nobody", "sales")]
        code, words = peer.data(MAIL)
        second = peer.getreply()

    assert (codes, code, second[0]) == ([250, 550, 250], 250, 250)
    assert words.startswith(b"2.0.0 Kept as ")
    assert (Envelope.objects.count(), Blob.objects.count()) == (2, 1)


def test_what_is_handed_in_again_after_a_lost_answer_is_kept_once(doors: env.Listening):
    with _by_lmtp(doors) as peer:
        peer.sendmail("a@people.example", ["desk@example.org"], b"Received: by one\r\n" + MAIL)
    with _by_lmtp(doors) as peer:
        peer.sendmail("a@people.example", ["desk@example.org"], b"Received: by two\r\n" + MAIL)

    assert Envelope.objects.count() == Job.objects.count() == 1


def test_a_stranger_who_copies_a_message_id_suppresses_nothing(doors: env.Listening):
    mine = b"Message-ID: <1@people.example>\r\n" + MAIL
    theirs = b"Message-ID: <1@people.example>\r\nFrom: mallory@evil.example\r\n\r\nNothing\r\n"
    with _by_smtp(doors) as peer:
        peer.sendmail("mallory@evil.example", ["desk@example.org"], theirs)
        peer.sendmail("anna@people.example", ["desk@example.org"], mine)

    assert Envelope.objects.count() == 2


@pytest.mark.parametrize("declared", [True, False])
def test_a_mail_that_is_too_large_is_refused_in_words_and_counted(doors: env.Listening, declared: bool):
    large = MAIL + b"0123456789abcdef\r\n" * (LIMIT // 16)
    with _by_smtp(doors) as peer:
        peer.ehlo()
        if not declared:
            peer.esmtp_features.pop("size")
        with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPSenderRefused)) as refused:
            peer.sendmail("anna@people.example", ["desk@example.org"], large)
        assert peer.sendmail("anna@people.example", ["desk@example.org"], MAIL) == {}

    assert refused.value.smtp_code == 552
    if not declared:
        assert b"larger than 1 MB" in refused.value.smtp_error
        eventually(lambda: Count.objects.filter(why=turning_away.TOO_LARGE, refused=1).exists())
    assert Envelope.objects.count() == 1


def test_too_many_recipients_are_told_to_come_in_another_mail(mailbox: Mailbox):
    with open_doors(recipients=2) as doors, _by_smtp(doors) as peer:
        peer.ehlo()
        peer.mail("a@people.example")
        assert [peer.rcpt("desk@example.org")[0] for _ in range(3)] == [250, 250, 452]


def test_a_peer_that_may_not_is_sent_away(mailbox: Mailbox):
    with open_doors(peers=()) as doors, pytest.raises((smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected)):
        _by_smtp(doors)


def test_when_nothing_can_be_kept_the_peer_is_told_to_try_later(doors: env.Listening, settings: Any, tmp_path: Path):
    (tmp_path / "blobs").write_text("a file where a folder should be: no large mail can be kept")
    data, settings.DATA = settings.DATA, tmp_path
    large = MAIL + b"0123456789abcdef\r\n" * 5000
    with _by_smtp(doors) as peer:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            peer.sendmail("anna@people.example", ["desk@example.org"], large)
        assert (refused.value.smtp_code, Envelope.objects.count()) == (451, 0)
        settings.DATA = data
        peer.sendmail("anna@people.example", ["desk@example.org"], large)

    assert Envelope.objects.count() == 1


def test_many_who_hand_in_at_once_are_each_answered(doors: env.Listening):
    def hand_in(who: int) -> None:
        with _by_lmtp(doors) as peer:
            for number in range(5):
                peer.sendmail("a@people.example", ["desk@example.org"], b"X: %d %d\r\n" % (who, number) + MAIL)

    outcomes = together.at_once(*[lambda who=who: hand_in(who) for who in range(6)])

    assert outcomes == [None] * 6
    assert Envelope.objects.count() == Job.objects.count() == 30


def test_one_that_cannot_be_kept_takes_no_others_along(doors: env.Listening, mailbox: Mailbox):
    broken = intake.Arrival("email", "mail:broken", b"x", None, mailbox.pk)  # type: ignore[arg-type]
    whole = intake.Arrival("email", "mail:whole", b"x", world.NINE, mailbox.pk)

    async def both() -> list[Any]:
        keeper = Keeper()
        waiting = [asyncio.ensure_future(keeper.keep([each])) for each in (broken, whole)]
        await asyncio.sleep(0.05)
        keeper.start()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        keeper.stop()
        return found

    first, second = asyncio.run(both())

    assert type(first).__name__ == "NotKept"
    assert second[0].new
    assert Envelope.objects.count() == 1


def test_with_a_certificate_the_rest_is_encrypted(mailbox: Mailbox, tmp_path: Path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    with open_doors(certificate=(str(certificate), str(key))) as doors, _by_smtp(doors) as peer:
        peer.starttls(context=ssl.create_default_context(cafile=str(certificate)))
        assert isinstance(peer.sock, ssl.SSLSocket)
        peer.sendmail("anna@people.example", ["desk@example.org"], MAIL)

    assert Envelope.objects.count() == 1


def test_a_peer_that_hangs_up_in_the_middle_leaves_nothing(doors: env.Listening):
    assert doors.smtp is not None
    with socket.create_connection(doors.smtp, timeout=10) as peer:
        peer.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<desk@example.org>\r\nDATA\r\n")
        peer.recv(1000)
        peer.sendall(MAIL)
    with _by_smtp(doors) as next_peer:
        next_peer.noop()

    assert Envelope.objects.count() == 0
