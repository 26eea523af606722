"""Kept mail is understood and settled by a worker; what cannot be is parked, and what is in the way passes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from firstline.channels.email import incoming
from firstline.commands import intake, parked
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Blob, Envelope, Mailbox
from firstline.core.intake.store import path_of
from firstline.core.outbox.models import Job
from firstline.core.tickets.models import Ticket
from firstline.worker import mail
from firstline.worker.loop import Worker
from tests import world

pytestmark = pytest.mark.django_db(transaction=True)

Outcome = Envelope.Outcome
MAIL = b"From: Anna <anna@people.example>\r\nSubject: Printer\r\nMessage-ID: <1@people.example>\r\n\r\nIt smokes.\r\n"
HOSTILE = b"To: " + b"a@b.example," * 3000 + b"\r\n\r\n"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Return a mailbox; the child that reads its mail ends with the test."""
    world.front()
    yield mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address="desk@example.org", by_id=None, now=world.NINE
    )  # fmt: skip
    mail.leave()


def _arrived(mailbox: Mailbox, raw: bytes) -> int:
    return intake.keep(incoming.arrival(raw, mailbox, now=world.NINE), now=world.NINE).envelope_id


def _work() -> None:
    while Worker("one").do_due():
        pass


def test_kept_mail_becomes_a_ticket_whose_clocks_start_when_it_arrived(mailbox: Mailbox):
    kept = _arrived(mailbox, MAIL)

    _work()

    envelope, ticket = Envelope.objects.get(pk=kept), Ticket.objects.get()
    assert (envelope.outcome, envelope.ticket_id) == (Outcome.REGISTERED, ticket.pk)
    assert (ticket.subject, ticket.registered_at) == ("Printer", world.NINE)


def test_where_mail_may_come_a_child_waits_for_the_first(mailbox: Mailbox):
    mail.leave()

    mail.rest()

    assert mail._reader.ready


def test_where_there_is_no_mailbox_no_child_waits():
    mail.leave()

    mail.rest()

    assert not mail._reader.ready


def test_a_hostile_mail_is_parked_and_the_next_is_settled(mailbox: Mailbox):
    hostile, honest = _arrived(mailbox, HOSTILE), _arrived(mailbox, MAIL)

    _work()

    assert "2000 addresses" in Envelope.objects.get(pk=hostile).why
    assert Envelope.objects.get(pk=hostile).outcome == Outcome.PARKED
    assert Envelope.objects.get(pk=honest).outcome == Outcome.REGISTERED
    assert Job.objects.filter(kind=intake.UNDERSTAND).exclude(state=Job.State.DONE).count() == 0


def test_done_twice_it_makes_one_ticket(mailbox: Mailbox):
    kept = _arrived(mailbox, MAIL)

    for deed in [mail.understand.call(envelope=kept), mail.understand.call(envelope=kept)]:
        assert deed
        deed()

    assert mail.understand.call(envelope=kept) is None
    assert Ticket.objects.count() == 1


def test_mail_whose_bytes_were_erased_is_parked(mailbox: Mailbox):
    kept = _arrived(mailbox, MAIL + b"x" * 100_000)
    path_of(Blob.objects.get().digest).unlink()

    _work()

    assert Envelope.objects.get(pk=kept).outcome == Outcome.PARKED


def test_parked_mail_that_is_tried_again_becomes_a_ticket_when_what_hindered_it_is_gone(mailbox: Mailbox):
    kept = _arrived(mailbox, MAIL)
    parked.park(envelope_id=kept, why="a mistake of ours, mended since", now=world.NINE)
    _work()
    assert Ticket.objects.count() == 0

    parked.retry(envelope_id=kept, by_id=None, now=world.NINE)
    _work()

    assert Envelope.objects.get(pk=kept).outcome == Outcome.REGISTERED
