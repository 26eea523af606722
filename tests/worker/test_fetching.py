"""Mailboxes of a real Dovecot are read: everything once, whatever happens to them, and marked only when kept."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bench.mail_servers import PASSWORD, Dovecot
from firstline.channels.email import imap, incoming
from firstline.commands import intake
from firstline.commands.setup import mailboxes
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.intake.store import bytes_of
from firstline.worker.receiver import Receiver
from tests import world
from tests.faults.outside import eventually

pytestmark = pytest.mark.django_db(transaction=True)

_users = itertools.count(1)


def _mail(number: int, size: int = 0) -> bytes:
    return b"From: anna@people.example\r\nSubject: Number %d\r\n\r\nIt smokes.\r\n%s\r\n" % (number, b"x" * size)


@pytest.fixture
def user() -> str:
    """Return the name of a mailbox that no other test has."""
    return f"user{next(_users)}"


def _set_up(dovecot: Dovecot, user: str, **given: Any) -> Mailbox:
    world.front()
    whole = {
        "fetching": "imap", "host": "127.0.0.1", "port": dovecot.imap, "security": "none", "username": user,
        "secret": PASSWORD, **given,
    }  # fmt: skip
    return mailboxes.set_up_mailbox(
        desk_id=world.desk().pk, address=f"{user}@example.org", by_id=None, now=world.NINE, **whole
    )


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return a receiver that looks when it is told to, and ends with the test."""
    made = Receiver("one")
    yield made
    made.stop()
    made.run()


def _look_until(receiver: Receiver, what: Callable[[], bool]) -> None:
    def looked() -> bool:
        receiver.look()
        return what()

    eventually(looked)


def _subjects() -> list[str]:
    raws = [bytes_of(each.blob) for each in Envelope.objects.select_related("blob").order_by("pk")]
    return [raw.partition(b"Subject: ")[2].partition(b"\r\n")[0].decode() for raw in raws]


def _kept(count: int) -> None:
    eventually(lambda: Envelope.objects.count() >= count, seconds=20)
    assert Envelope.objects.count() == count


def test_what_nobody_opened_is_taken_at_first_and_then_whatever_comes(dovecot: Dovecot, user: str, receiver: Receiver):
    dovecot.deliver(user, _mail(1), _mail(2))
    with dovecot.opened(user) as session:
        session.store("1", "+FLAGS", r"(\Seen)")
    mailbox = _set_up(dovecot, user)

    receiver.look()
    _kept(1)
    eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).contacted_at)
    dovecot.deliver(user, _mail(3))
    _kept(2)

    assert _subjects() == ["Number 2", "Number 3"]
    eventually(lambda: dovecot.count(user, criteria="SEEN") == 3)
    mailbox.refresh_from_db()
    assert (mailbox.seen_uid, mailbox.trouble) == (3, "")


@pytest.mark.parametrize("then", ["seen", "move"])
def test_what_comes_while_the_last_look_is_marked_is_not_waited_over(dovecot: Dovecot, user: str, then: str):
    mailbox = _set_up(dovecot, user, then=then, move_to="Kept" if then == "move" else "")
    dovecot.deliver(user, _mail(1))

    with imap.opened(mailbox) as folder:
        seen = folder.new()
        dovecot.deliver(user, _mail(2))
        folder.done(seen)  # the server tells here that something came, and never again
        began = time.monotonic()
        folder.wait(60, lambda: False)

        assert time.monotonic() - began < 30
        assert folder.new() != []


def test_what_is_kept_is_moved_to_a_folder_that_is_made_if_need_be(dovecot: Dovecot, user: str, receiver: Receiver):
    dovecot.deliver(user, _mail(1), _mail(2))
    _set_up(dovecot, user, then="move", move_to="Принято")

    receiver.look()
    _kept(2)

    eventually(lambda: dovecot.count(user) == 0)
    assert dovecot.count(user, '"&BB8EQAQ4BD0ETwRCBD4-"', "SEEN") == 2


def test_a_mailbox_that_is_numbered_anew_doubles_nothing_and_loses_nothing(
    dovecot: Dovecot, user: str, receiver: Receiver
):
    dovecot.deliver(user, *(_mail(number) for number in range(5)))
    mailbox = _set_up(dovecot, user)
    receiver.look()
    _kept(5)
    before = eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).uid_validity)
    for reading in receiver._reading.values():
        reading.stop()
        reading.join()

    dovecot.renumber(user)
    dovecot.deliver(user, _mail(5))
    with dovecot.opened(user) as session:
        session.store("1:*", "+FLAGS", r"(\Seen)")
    receiver.look()
    receiver.look()

    _kept(6)
    eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).uid_validity != before)
    assert sorted(_subjects()) == [f"Number {number}" for number in range(6)]


def test_mail_kept_just_before_a_death_is_recognised_and_marked(dovecot: Dovecot, user: str, receiver: Receiver):
    dovecot.deliver(user, _mail(1))
    mailbox = _set_up(dovecot, user)
    with imap.opened(mailbox) as folder:
        raw = next(folder.fetch(folder.new(), 1000)).mails[0].raw
    intake.keep(incoming.arrival(raw, mailbox, now=world.NINE), now=world.NINE)

    receiver.look()

    eventually(lambda: dovecot.count(user, criteria="SEEN") == 1)
    assert Envelope.objects.count() == 1


def test_a_mail_that_is_too_large_is_parked_with_its_header_and_the_next_is_taken(
    dovecot: Dovecot, user: str, receiver: Receiver, settings: Any
):
    settings.MAIL_LIMIT = 100_000
    dovecot.deliver(user, _mail(1, size=200_000), _mail(2))
    _set_up(dovecot, user)

    receiver.look()
    _kept(2)

    large = Envelope.objects.get(outcome=Envelope.Outcome.PARKED)
    assert "only its header was fetched" in large.why
    assert bytes_of(large.blob).strip().endswith(b"Subject: Number 1")


def test_a_wrong_password_is_shown_and_mended_without_a_restart(dovecot: Dovecot, user: str, receiver: Receiver):
    dovecot.deliver(user, _mail(1))
    mailbox = _set_up(dovecot, user, secret="wrong")
    receiver.look()
    why = eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).trouble)
    assert "AUTHENTICATIONFAILED" in why

    mailboxes.change_mailbox(mailbox_id=mailbox.pk, by_id=None, now=world.NINE, secret=PASSWORD)
    _look_until(receiver, lambda: Envelope.objects.count() == 1)

    eventually(lambda: Mailbox.objects.get(pk=mailbox.pk).trouble == "")


def test_a_mailbox_that_is_ended_is_read_no_more_and_one_is_read_by_one_receiver(
    dovecot: Dovecot, user: str, receiver: Receiver
):
    mailbox = _set_up(dovecot, user)
    other = Receiver("other")
    receiver.look()
    other.look()
    assert (list(receiver._reading), list(other._reading)) == ([mailbox.pk], [])

    mailboxes.end_mailbox(mailbox_id=mailbox.pk, by_id=None, now=world.NINE)

    _look_until(receiver, lambda: not receiver._reading)


def test_pop3_mail_is_deleted_there_only_when_it_is_kept(
    dovecot: Dovecot, user: str, receiver: Receiver, settings: Any
):
    settings.MAIL_POLL_SECONDS, settings.MAIL_LIMIT = 1, 100_000
    dovecot.deliver(user, _mail(1), b"." + _mail(2, size=5000), _mail(3, size=200_000))
    _set_up(dovecot, user, fetching="pop3", port=dovecot.pop3)

    receiver.look()
    _kept(3)

    eventually(lambda: dovecot.count(user) == 1)  # the large one stays
    dovecot.deliver(user, _mail(4))
    _kept(4)
    assert sorted(_subjects())[-1] == "Number 4"
    assert Envelope.objects.filter(outcome=Envelope.Outcome.PARKED).count() == 1
