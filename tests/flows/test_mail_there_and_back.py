"""A request by form, an answer by mail, and the requester's mail that finds its way back into the ticket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from django.conf import LazySettings
from django.utils import timezone

from bench.sink import Moody, Sink
from firstline.channels.email import driver
from firstline.channels.email.parse import understand
from firstline.commands import conversation, ownership, submission, vendors
from firstline.commands.intake import Settled
from firstline.commands.mail import settle
from firstline.config.env import Smtp
from firstline.core.intake.models import Mailbox
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from firstline.core.tickets.models import Message, Ticket
from firstline.worker import deliveries
from firstline.worker.loop import Worker
from tests import rules, world
from tests.commands.mail.posting import envelope, mailbox, message_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[Sink]:
    """A mail server of the test's own, by which everything leaves."""
    made = Sink(Moody())
    settings.SMTP = Smtp(host="127.0.0.1", port=made.port, user="", password="", starttls=False, tls=False)
    deliveries._Server.resting_until, deliveries._Server.was_away = 0.0, True
    made.start()
    yield made
    driver.leave()
    made.stop()
    deliveries._Server.resting_until = 0.0


@pytest.fixture
def box(sink: Sink) -> Mailbox:
    return mailbox(name="Helpful desk", signature={"en": "Your desk\nroom 5"})


def _work() -> None:
    worker = Worker("flow", clock=lambda: timezone.now() + timedelta(seconds=5))
    while worker.do_due():
        pass


def _asked_by_form() -> Ticket:
    guest = submission.Guest("Greta", "greta@guest.example", "en")
    form = submission.Form("key", world.desk().pk, None, "The till prints nothing.", {})
    submission.submit(form=form, sender=guest, now=timezone.now())
    return Ticket.objects.get()


def _answer_to(received: EmailMessage, text: str, *, by: str) -> bytes:
    """Return the mail that a mail program makes when `received` is answered."""
    body = received.get_body(("plain",))
    assert body is not None
    made = EmailMessage()
    made["From"], made["To"] = by, received["Reply-To"]
    made["Subject"] = f"Re: {received['Subject']}"
    made["Message-ID"] = "<answer@guest.example>"
    made["In-Reply-To"] = received["Message-ID"]
    made["References"] = f"{received.get('References', '')} {received['Message-ID']}"
    quoted = "\n".join(f"> {line}" for line in body.get_content().splitlines())
    made.set_content(f"{text}\n\nOn Monday, the desk wrote:\n{quoted}\n")
    return bytes(made)


def _comes_in(raw: bytes, box: Mailbox) -> Settled:
    mail = understand(raw)
    kept = envelope(at=box, recipient=mail.to[0].address, received_at=timezone.now())
    return settle(envelope_id=kept.pk, mail=mail, now=timezone.now())


def test_a_reply_from_the_console_arrives_threaded_and_the_answer_to_it_joins(sink: Sink, box: Mailbox):
    olga = world.person("Olga", team=world.front())
    ticket = _asked_by_form()
    _work()
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now())
    manual = conversation.File("manual.pdf", "application/pdf", b"%PDF-1.7 manual")
    conversation.reply(
        ticket_id=ticket.pk, by_id=olga.pk, text="Which till?", files=[manual], now=timezone.now()
    )  # fmt: skip
    _work()

    confirmed, replied = sink.mood.mails
    assert replied["In-Reply-To"] == confirmed["Message-ID"]
    assert parseaddr(replied["From"]) == ("Helpful desk", box.address)
    assert replied["Auto-Submitted"] == "auto-generated"
    [file] = replied.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("manual.pdf", b"%PDF-1.7 manual")
    text = replied.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Which till?" in text
    assert "Your desk\nroom 5" in text
    assert "You wrote:\n> The till prints nothing." in text

    settled = _comes_in(_answer_to(replied, "Till 3.", by="Greta <greta@guest.example>"), box)

    message = message_of(settled)
    assert (settled.outcome, settled.ticket_id, message.author_id) == ("joined", ticket.pk, ticket.requester_id)
    assert message.content.text.startswith("Till 3.")
    _work()
    assert sink.mood.mails[-1]["To"] == "Olga <olga@example.org>"
    assert "Till 3." in sink.mood.mails[-1].as_string()
    rules.must_hold()


def test_the_agent_answers_the_notice_by_mail_and_the_requester_gets_it(sink: Sink, box: Mailbox):
    olga = world.person("Olga", team=world.front())
    ticket = _asked_by_form()
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now())
    conversation.join(ticket_id=ticket.pk, by_id=ticket.requester_id, text="Hello?", now=timezone.now())
    _work()
    to_olga = sink.mood.mails[-1]

    settled = _comes_in(_answer_to(to_olga, "Restart it, please.", by="olga@example.org"), box)
    _work()

    assert "What you answer to this letter is sent to the requester." in to_olga.as_string()
    assert (message_of(settled).author, message_of(settled).audience) == (olga, "public")
    assert sink.mood.mails[-1]["To"] == "Greta <greta@guest.example>"


def test_two_desks_that_write_to_each_other_stop_at_once(sink: Sink, box: Mailbox):
    ticket = _asked_by_form()
    _work()
    letter = sink.mood.mails[-1]
    other = mailbox("help@other.example", of=world.desk("other"))
    raw = bytes(letter).replace(letter["Message-ID"].encode(), b"<1.%s@far.example>" % (b"a" * 32))
    raw = raw.replace(box.address.encode(), b"desk@far.example")

    settled = _comes_in(raw, other)
    came = _comes_in(bytes(letter), other)
    _work()

    assert (settled.outcome, came.outcome, came.why) == ("registered", "ignored", "our own mail")
    assert Letter.objects.exclude(ticket_id=ticket.pk).count() == 0


def test_the_vendors_line_goes_out_and_comes_back_unseen_by_the_requester(sink: Sink, box: Mailbox):
    olga = world.person("Olga", team=world.front())
    ticket = _asked_by_form()
    ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=timezone.now())
    vendors.write_to_vendor(
        ticket_id=ticket.pk, by_id=olga.pk, to="parts@vendor.example", name="Vera", text="A new head?",
        now=timezone.now(),
    )  # fmt: skip
    _work()
    to_vendor = next(mail for mail in sink.mood.mails if "parts@vendor.example" in mail["To"])

    settled = _comes_in(_answer_to(to_vendor, "On Friday.", by="vera.private@vendor.example"), box)
    _work()

    vera = Person.objects.get(name="Vera")
    answer = message_of(settled)
    assert (answer.audience, answer.author) == ("vendor", vera)
    assert "The till prints nothing" not in to_vendor.as_string()
    assert "/link/" not in to_vendor.as_string()
    assert sink.mood.mails[-1]["To"] == "Olga <olga@example.org>"
    assert Message.objects.filter(ticket=ticket, audience="public").count() == 1


def test_a_reader_of_too_many_letters_gets_no_more_automatic_ones_and_the_others_wait(
    sink: Sink, box: Mailbox, settings: LazySettings
):
    settings.LETTERS_PER_HOUR = 2
    rita = world.person("Rita")
    olga = world.person("Olga", team=world.front())
    tickets = [world.ticket(requester=rita) for _ in range(4)]
    _work()
    ownership.take(ticket_id=tickets[0].pk, by_id=olga.pk, now=timezone.now())
    conversation.reply(ticket_id=tickets[0].pk, by_id=olga.pk, text="Which?", now=timezone.now())
    _work()

    assert len(sink.mood.mails) == 2
    assert Letter.objects.filter(kind="registered", withdrawn_at__isnull=False).count() == 2
    waiting = Letter.objects.get(kind="replied")
    assert (waiting.sent_at, waiting.withdrawn_at) == (None, None)
    assert waiting.trouble == "more than 2 letters to this address in an hour"
