"""Whoever sends more than the desk takes is told so, once and by a person only; programs and lists are not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firstline.channels.email import incoming, letters
from firstline.channels.email.parse import understand
from firstline.commands import intake
from firstline.commands.mail import blocking, turning_down
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.outbox.models import Job, Letter
from firstline.core.tickets.models import Ticket
from firstline.worker import mail as working
from firstline.worker.backend import task_of
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

SIZE = 31 * 1024 * 1024
HEAD = (
    "From: Анна <anna@people.example>\r\nTo: desk@example.org\r\nSubject: Фотографии принтера\r\n"
    "Message-ID: <large@people.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n"
).encode()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a mailbox with a sender name; the child that reads its mail ends with the test."""
    world.front()
    yield mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address="desk@example.org", name="Service desk", by_id=None, now=world.NINE
    )  # fmt: skip
    working.leave()


def _parked(mailbox: Mailbox, head: bytes) -> int:
    arrival = incoming.header_only(head + b"\r\n", SIZE, mailbox, now=world.NINE)
    return intake.keep(arrival, now=world.NINE).envelope_id


def _told(envelope: int, head: bytes) -> Letter | None:
    return turning_down.tell_sender(
        envelope_id=envelope, header=understand(head + b"\r\n"), size=SIZE, now=world.now(minutes=1)
    )


def test_the_sender_is_told_once_in_their_language_as_the_mailbox(mailbox: Mailbox):
    envelope_id = _parked(mailbox, HEAD)
    _parked(mailbox, HEAD)  # it lies there still, and is seen again

    job = Job.objects.get()
    deed = task_of(job).call(**job.payload)
    assert callable(deed)
    deed()

    letter = Letter.objects.get()
    mail = letters.mail_of(letter)
    text = mail.get_body(("plain",)).get_content()
    assert (letter.kind, letter.address, letter.person.language) == ("too_large", "anna@people.example", "ru")
    assert mail["From"] == "Service desk <desk@example.org>"
    assert (mail["In-Reply-To"], mail["Auto-Submitted"]) == ("<large@people.example>", "auto-generated")
    assert "31" in text
    assert "25" in text
    assert "Фотографии" not in text
    envelope = Envelope.objects.get(pk=envelope_id)
    assert envelope.outcome == Envelope.Outcome.PARKED
    assert envelope.why.endswith("only its header was fetched. Its sender was told.")
    assert envelope.person == letter.person
    assert Ticket.objects.count() == 0


def test_told_twice_it_is_one_letter(mailbox: Mailbox):
    envelope = _parked(mailbox, HEAD)

    assert _told(envelope, HEAD) is not None
    assert _told(envelope, HEAD) is None

    assert Letter.objects.count() == 1
    assert Envelope.objects.get().why.count("told") == 1


@pytest.mark.parametrize(
    "head",
    [
        HEAD + b"Auto-Submitted: auto-replied\r\n",
        HEAD + b"Precedence: bulk\r\nList-Id: <news.people.example>\r\n",
        HEAD + b"Return-Path: <>\r\n",
        HEAD.replace(b"multipart/mixed", b"multipart/report"),
        HEAD.replace(b"anna@", b"MAILER-DAEMON@"),
        HEAD.replace(b"anna@people.example", b"desk@example.org"),
        HEAD.replace(b"anna@people.example", b"blocked@people.example"),
        HEAD.partition(b"\r\n")[2],
    ],
    ids=["automatic", "list", "no return path", "report", "mailer", "ourselves", "blocked", "nobody"],
)
def test_what_no_person_wrote_is_not_answered_and_nothing_is_written(mailbox: Mailbox, head: bytes):
    blocking.block_sender(
        desk_id=mailbox.desk_id, sender="blocked@people.example", why="", by_id=None, now=world.NINE
    )  # fmt: skip
    envelope = _parked(mailbox, head)
    before = world.everything()

    assert _told(envelope, head) is None

    assert world.everything() == before


def test_what_was_settled_meanwhile_is_not_answered(mailbox: Mailbox):
    envelope = _parked(mailbox, HEAD)
    Envelope.objects.update(outcome=Envelope.Outcome.IGNORED)

    assert _told(envelope, HEAD) is None

    assert Letter.objects.count() == 0
