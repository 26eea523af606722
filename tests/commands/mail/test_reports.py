"""Bounces and complaints: tied to the letter that nobody can guess, and never answered."""

from __future__ import annotations

import pytest

from firstline.commands import notices
from firstline.core.intake.inbound import Abuse, Bounce, Recipient
from firstline.core.journal.models import Entry
from firstline.core.outbox.models import Letter
from firstline.core.people.models import ContactPoint
from firstline.core.tickets.models import Link, Ticket
from tests import rules, world
from tests.commands.mail.posting import arrives, mail, mailbox, ticket_of

pytestmark = pytest.mark.django_db
GONE = Recipient("rita@example.org", "5.1.1", "user unknown", hard=True)


@pytest.fixture
def letter(db: None) -> Letter:
    """Return the letter that confirmed Rita's ticket."""
    mailbox()
    ticket = world.ticket()
    entry = Entry.objects.get(chain=ticket.chain)
    return notices.queue_letters(
        ticket_id=ticket.pk, entry_id=entry.pk, kind="registered", to=[ticket.requester_id], now=world.NINE
    )[0]


def _bounce(about: Letter, *recipients: Recipient) -> Bounce:
    return Bounce(recipients=recipients, message_id=about.message_id.strip("<>"))


def _address() -> ContactPoint:
    return ContactPoint.objects.get(key="rita@example.org")


def test_a_hard_bounce_marks_the_address_the_letter_and_the_ticket(letter: Letter):
    settled = arrives(mail(by="mailer-daemon@mx.example", bounce=_bounce(letter, GONE)))

    letter.refresh_from_db()
    assert (settled.outcome, settled.ticket_id, settled.why) == ("joined", letter.ticket_id, "bounce")
    assert (letter.bounced_at, letter.bounce_reason, _address().bounced_at) == (world.NINE, "user unknown", world.NINE)
    facts = world.newest(ticket_of(settled)).facts
    assert (facts["letter"], facts["hard"], facts["reason"]) == (letter.pk, True, "user unknown")
    assert Ticket.objects.count() == 1
    rules.must_hold()


def test_a_soft_bounce_leaves_the_address_alone(letter: Letter):
    arrives(mail(bounce=_bounce(letter, Recipient("rita@example.org", "5.2.2", "mailbox full", hard=False))))

    letter.refresh_from_db()
    assert (letter.bounce_reason, _address().bounced_at) == ("mailbox full", None)


def test_a_report_of_a_delay_changes_nothing(letter: Letter):
    late = Recipient("rita@example.org", "4.4.1", "slow", hard=False, late=True)

    settled = arrives(mail(bounce=_bounce(letter, late)))

    letter.refresh_from_db()
    assert (settled.outcome, settled.why, letter.bounced_at) == ("ignored", "report of a delay", None)


def test_two_reports_about_one_letter_are_told_once(letter: Letter):
    for _again in range(2):
        arrives(mail(bounce=_bounce(letter, GONE)))

    assert world.told(Ticket.objects.get()).count("notice bounced") == 1


def test_a_forged_bounce_of_no_letter_of_ours_kills_no_address(letter: Letter):
    settled = arrives(mail(bounce=Bounce(recipients=(GONE,), message_id="1001.0123456789abcdef@firstline.example")))

    assert (settled.outcome, settled.why, _address().bounced_at) == ("ignored", "bounce of no letter of ours", None)
    assert Ticket.objects.count() == 1


def test_a_complaint_is_a_tagged_ticket_beside_the_one_it_is_about_and_never_answered(letter: Letter):
    about = Abuse(kind="abuse", message_id=letter.message_id.strip("<>"))

    settled = arrives(mail(by="fbl@provider.example", abuse=about))

    ticket = ticket_of(settled)
    link = Link.objects.get(ticket=ticket)
    assert (settled.outcome, link.kind, link.other_id) == ("registered", "relates", letter.ticket_id)
    assert [tagging.tag.name for tagging in ticket.taggings.all()] == ["abuse"]
    assert Entry.objects.filter(chain=ticket.chain).count() == 2
