"""A promise to answer is kept by a person's word only: no program's answer, of either side, moves its clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from firstline.commands import conversation, ownership
from firstline.core.outbox.models import Job, Letter
from firstline.core.people.models import Person
from firstline.core.sla.models import Clock
from firstline.core.tickets import replies
from firstline.core.tickets.models import Ticket
from firstline.worker import reactions
from tests import rules, world
from tests.commands.mail.posting import DESK, arrives, mail, mailbox, ticket_of

pytestmark = pytest.mark.django_db
AUTOMATIC: dict[str, Any] = {"auto_reply": True, "automatic": "reply"}


@pytest.fixture
def olga(db: None) -> Person:
    """Return an operator of a desk with a mailbox, which promises an answer within an hour and the next within two."""
    mailbox()
    world.agreement()
    return world.person("Olga", team=world.front())


@pytest.fixture
def ticket(olga: Person) -> Ticket:
    """Return what Rita asked by mail, taken by Olga at once."""
    found = ticket_of(arrives(mail(message_id="one@example.org")))
    ownership.take(ticket_id=found.pk, by_id=olga.pk, now=world.NINE)
    return found


def _answers(ticket: Ticket) -> list[tuple[str, str, datetime | None]]:
    clocks = Clock.objects.filter(ticket=ticket, kind__in=("first_response", "next_response")).order_by("pk")
    return [(clock.kind, clock.state, clock.due_at) for clock in clocks]


def _replies(ticket: Ticket, olga: Person, at: datetime, **said: Any) -> None:
    address = replies.reply_address(DESK, ticket_id=ticket.pk, person_id=olga.pk)
    arrives(mail("It is on its way.", by="olga@example.org", **said), recipient=address, now=at)


def _asks(at: datetime, **said: Any) -> None:
    arrives(mail("And now?", in_reply_to=("one@example.org",), **said), now=at)


FIRST = ("first_response", "running", world.now(hours=1))


def test_the_confirmation_that_the_desk_sends_is_no_answer(ticket: Ticket):
    for job in Job.objects.filter(kind="firstline.worker.reactions.react").order_by("pk"):
        reactions.react.call(**job.payload)

    assert set(Letter.objects.values_list("kind", flat=True)) >= {"registered"}
    assert _answers(ticket) == [FIRST]


def test_the_absence_note_of_one_who_works_on_it_is_no_answer_and_their_own_word_is(ticket: Ticket, olga: Person):
    _replies(ticket, olga, world.now(minutes=5), **AUTOMATIC)
    after_the_note = _answers(ticket)

    _replies(ticket, olga, world.now(minutes=20))

    assert after_the_note == [FIRST]
    assert _answers(ticket) == [("first_response", "met", world.now(hours=1))]
    rules.must_hold()


def test_the_next_answer_is_owed_from_the_oldest_message_that_nobody_answered(ticket: Ticket, olga: Person):
    _replies(ticket, olga, world.now(minutes=10))
    for minutes in (60, 90, 150):
        _asks(world.now(minutes=minutes))
    waiting = _answers(ticket)[1:]

    _replies(ticket, olga, world.now(hours=3))
    _asks(world.now(hours=4))

    assert waiting == [("next_response", "running", world.now(hours=3))]
    assert _answers(ticket)[1:] == [
        ("next_response", "met", world.now(hours=3)),
        ("next_response", "running", world.now(hours=6)),
    ]
    rules.must_hold()


def test_the_absence_note_of_the_requester_owes_them_nothing(ticket: Ticket, olga: Person):
    _replies(ticket, olga, world.now(minutes=10))

    _asks(world.now(minutes=60), **AUTOMATIC)

    assert _answers(ticket) == [("first_response", "met", world.now(hours=1))]
    rules.must_hold()


def test_a_note_inside_and_a_word_to_the_vendor_answer_nobody(ticket: Ticket, olga: Person):
    conversation.note(ticket_id=ticket.pk, by_id=olga.pk, text="A fuse?", now=world.now(minutes=5))
    conversation.reply(
        ticket_id=ticket.pk, by_id=olga.pk, text="Any stock?", audience="vendor", now=world.now(minutes=6)
    )  # fmt: skip

    assert _answers(ticket) == [FIRST]
