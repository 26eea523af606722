"""As whom letters leave, and where their answers go."""

from __future__ import annotations

import pytest

from firstline.channels.email import identities
from firstline.core.intake.models import Mailbox
from tests import world

pytestmark = pytest.mark.django_db


def _box(address: str, **columns: object) -> Mailbox:
    return Mailbox.objects.create(desk=world.desk(), address=address, key=address, **columns)


def test_without_a_mailbox_a_desk_writes_as_it_was_told_and_asks_for_no_answer():
    found = identities.of_desk(world.desk(mail_from="IT <it@firstline.example>"))

    assert (found.sender, found.mailbox) == ("IT <it@firstline.example>", None)
    assert found.reply_to(ticket_id=1, person_id=1) == ""


def test_a_desk_writes_as_its_first_mailbox_with_that_ones_server():
    box = _box("help@firstline.example", name="Help", smtp="sealed")

    found = identities.of_desk(world.desk())

    assert (found.sender, found.mailbox, found.own_server) == ("Help <help@firstline.example>", box, "sealed")


def test_a_desk_that_writes_as_an_address_nobody_reads_asks_for_answers_at_one_that_is():
    desk = world.desk(mail_from="it@firstline.example")
    _box("help@firstline.example", smtp="sealed")

    found = identities.of_desk(desk)

    assert (found.sender, found.own_server) == ("it@firstline.example", "")
    assert found.reply_to(ticket_id=7, person_id=8).startswith("help+r-7-8-")


def test_a_letter_about_a_mail_leaves_as_the_mailbox_it_came_to():
    _box("first@firstline.example")
    second = _box("second@firstline.example", signature={"ru": "Служба"})
    ticket = world.ticket()
    ticket.envelope = second.envelopes.model(mailbox=second)

    found = identities.of_ticket(ticket)

    assert (found.mailbox, found.signature("ru"), found.signature("en")) == (second, "Служба", "Служба")
