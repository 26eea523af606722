"""A mailbox that falls silent against its habit, or cannot be reached for long, is told of once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from firstline.channels.email.letters import mail_of
from firstline.commands import intake
from firstline.commands.mail import watching
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Mailbox
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from tests import world


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    """Return a mailbox that was set up two weeks ago and gets two mails every hour."""
    world.front()
    made = mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address="desk@example.org", by_id=None, now=world.now(days=-14)
    )  # fmt: skip
    intake.keep_all([_arrival(made, world.now(hours=-hours / 2)) for hours in range(2 * 24 * 14)], now=world.NINE)
    return made


@pytest.fixture
def mira(mailbox: Mailbox) -> Person:
    """Return the desk's manager."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=mailbox.desk)


def _arrival(mailbox: Mailbox, at: datetime) -> intake.Arrival:
    return intake.Arrival("email", f"mail:{at}", b"mail", at, mailbox.pk, mailbox.key)


def _written() -> list[tuple[str, int]]:
    return list(Letter.objects.order_by("pk").values_list("kind", "person_id"))


def test_silence_against_habit_is_told_once_to_who_sets_up_the_desk(mailbox: Mailbox, mira: Person):
    alex = world.person("Alex", role=world.Role.ADMINISTRATOR)
    world.person("Olga", team=world.front())

    assert watching.watch(now=world.now(hours=2)) == []
    assert watching.watch(now=world.now(hours=6)) == [mailbox]
    assert watching.watch(now=world.now(hours=7)) == []

    assert _written() == [(watching.QUIET, mira.pk), (watching.QUIET, alex.pk)]
    mail = mail_of(Letter.objects.filter(person=mira).get())
    assert mail["Subject"] == "desk@example.org is silent against its habit"


def test_a_new_arrival_ends_it_and_the_next_silence_is_told_anew(mailbox: Mailbox, mira: Person):
    watching.watch(now=world.now(hours=6))
    intake.keep(_arrival(mailbox, world.now(hours=8)), now=world.now(hours=8))

    assert watching.watch(now=world.now(hours=9)) == []
    mailbox.refresh_from_db()
    assert mailbox.warned_at is None

    assert watching.watch(now=world.now(hours=15)) == [mailbox]
    assert _written() == [(watching.QUIET, mira.pk)] * 2


def test_trouble_that_lasts_is_told_once_and_trouble_that_passes_is_not(mailbox: Mailbox, mira: Person):
    mailboxes.troubled(mailbox_id=mailbox.pk, why="ConnectionRefusedError: no", now=world.NINE)

    assert watching.watch(now=world.now(minutes=10)) == []
    assert watching.watch(now=world.now(minutes=16)) == [mailbox]
    assert watching.watch(now=world.now(minutes=30)) == []

    letter = Letter.objects.get()
    assert (letter.kind, letter.person) == (watching.UNREACHED, mira)
    body = mail_of(letter).get_body(("plain",))
    assert "ConnectionRefusedError: no" in str(body.get_content() if body else "")
    mailboxes.contacted(mailbox_id=mailbox.pk, now=world.now(minutes=40))
    mailbox.refresh_from_db()
    assert mailbox.warned_at is None


def test_who_was_told_by_another_worker_is_not_told_again(mailbox: Mailbox, mira: Person):
    Mailbox.objects.filter(pk=mailbox.pk).update(warned_at=world.NINE)

    assert not watching.warn(mailbox=mailbox, now=world.NINE + timedelta(seconds=1))
    assert _written() == []
