"""Trying a mailbox from its page: a real Dovecot is looked into, and a letter leaves as the mailbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from bench.load import free_port
from bench.mail_servers import PASSWORD, Dovecot
from bench.sink import Moody, Sink
from firstline.channels.email.parse import understand
from firstline.commands.setup import mailboxes
from firstline.config.env import Smtp
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.people.models import Person
from tests import world

pytestmark = pytest.mark.django_db
ROOT = "/console/setup/it/mailboxes"


@pytest.fixture
def sink(settings: LazySettings) -> Iterator[Sink]:
    """Return a mail server of the test's own, by which the desk's letters leave."""
    made = Sink(Moody())
    settings.SMTP = Smtp(host="127.0.0.1", port=made.port, user="", password="", starttls=False, tls=False)
    made.start()
    yield made
    made.stop()


def _box(user: str = "help", **given: object) -> Mailbox:
    whole = {"address": f"{user}@example.org", "name": "Help desk", **given}
    return mailboxes.set_up_mailbox(desk_id=world.desk().pk, by_id=None, now=world.NINE, **whole)  # type: ignore[arg-type]


def _fetched(dovecot: Dovecot, user: str, **given: object) -> Mailbox:
    return _box(user, **{
        "fetching": "imap", "host": "127.0.0.1", "port": dovecot.imap, "security": "none", "username": user,
        "secret": PASSWORD, **given,
    })  # fmt: skip


def _said(client: Client, path: str) -> str:
    return client.post(f"{ROOT}/{path}", follow=True).content.decode()


def test_a_connection_is_tried_against_a_real_server_and_takes_nothing(client: Client, dovecot: Dovecot):
    box = _fetched(dovecot, "trial")
    dovecot.deliver("trial", b"Subject: x\r\n\r\nIt smokes.\r\n")

    said = [_said(client, f"{box.pk}/test") for _again in range(2)]

    box.refresh_from_db()
    assert ["trial@example.org can be read; 1 mail lies there" in each for each in said] == [True, True]
    assert (box.contacted_at is not None, Envelope.objects.count()) == (True, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"secret": "wrong"}, "did not let trial2 in"), ({"folder": "Nowhere"}, "has no folder Nowhere")],
)
def test_what_a_real_server_refuses_is_said_in_a_sentence(
    client: Client, dovecot: Dovecot, given: dict[str, object], words: str
):
    box = _fetched(dovecot, "trial2", **given)

    assert words in _said(client, f"{box.pk}/test")


def test_a_letter_leaves_as_the_mailbox_to_whoever_asks(client: Client, maria: Person, sink: Sink):
    box = _box(signature={"en": "Room 5"})

    said = _said(client, f"{box.pk}/letter")

    assert "A letter to you was taken by 127.0.0.1." in said
    [mail] = [understand(taken.as_bytes()) for taken in sink.mood.mails]
    assert (mail.from_[0].address, mail.to[0].address) == ("help@example.org", "maria@example.org")
    assert "Room 5" in mail.text


def test_a_mailbox_with_a_server_of_its_own_sends_by_that(client: Client, maria: Person, sink: Sink):
    box = _box(smtp=f"smtp://127.0.0.1:{free_port()}")

    assert "127.0.0.1 could not be spoken to." in _said(client, f"{box.pk}/letter")
    assert sink.mood.mails == []


def test_without_a_server_the_letter_lies_in_the_folder(client: Client, maria: Person, settings: LazySettings):
    settings.SMTP = None
    box = _box()

    assert "the letter lies in the folder outgoing-mail" in _said(client, f"{box.pk}/letter")
    assert len(list((settings.DATA / "outgoing-mail").glob(f"*-test-{box.pk}.eml"))) == 1


def test_another_desks_mailbox_is_not_there(stranger: Client, client: Client):
    box = _box()

    answers = [stranger.post(f"{ROOT}/{box.pk}/letter"), client.post(f"{ROOT}/{box.pk + 1}/letter")]

    assert [each.status_code for each in answers] == [404, 404]
