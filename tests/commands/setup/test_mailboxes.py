"""Mailboxes of a desk: set up, changed, ended, by its manager and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands.setup import mailboxes
from firstline.core.intake import queries, secrets
from firstline.core.intake.models import Mailbox
from firstline.core.journal import queries as journal
from firstline.core.journal.models import Entry
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.contacts import BadContact
from firstline.core.people.models import Desk, Person
from firstline.core.people.rights import scope_of
from tests import world

IMAP: dict[str, Any] = {"fetching": "imap", "host": "mail.example.org", "username": "desk", "secret": "hush hush"}


@pytest.fixture
def desk(db: None) -> Desk:
    """Return a desk with a first line."""
    world.front()
    return world.desk()


@pytest.fixture
def mira(desk: Desk) -> Person:
    """Return the desk's manager."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=desk)


def _set_up(desk: Desk, by: Person | None = None, address: str = "Desk@Example.org", **given: Any) -> Mailbox:
    return mailboxes.set_up_mailbox(
        desk_id=desk.pk, address=address, by_id=by.pk if by else None, now=world.NINE, **given
    )


def test_a_manager_sets_up_a_mailbox_whose_secrets_are_sealed_and_not_told(desk: Desk, mira: Person):
    made = _set_up(desk, mira, **IMAP, smtp="smtp://u:topsecret@mail.example.org")

    assert (made.address, made.key, made.fetching) == ("Desk@Example.org", "desk@example.org", "imap")
    assert secrets.opened(made.secret) == "hush hush"
    assert secrets.opened(made.smtp) == "smtp://u:topsecret@mail.example.org"
    assert "hush" not in made.secret
    entry = Entry.objects.get(chain=f"mailbox:{made.pk}")
    assert entry.kind == "mailbox set up"
    assert b"hush" not in bytes(entry.body)
    assert b"topsecret" not in bytes(entry.body)


def test_who_manages_another_desk_sets_up_none_here(desk: Desk):
    other = world.person("Otto", role=world.Role.DESK_MANAGER, over=world.desk("other"))

    with world.refused(NotAllowed):
        _set_up(desk, other)


def test_an_address_is_used_once_until_its_mailbox_is_ended(desk: Desk, mira: Person):
    first = _set_up(desk)

    with world.refused(mailboxes.AddressTaken):
        _set_up(world.desk("other"), address="desk@EXAMPLE.org")

    mailboxes.end_mailbox(mailbox_id=first.pk, by_id=mira.pk, now=world.NINE)
    assert _set_up(desk).pk != first.pk


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"address": "nobody"}, BadContact),
        ({"fetching": "imap", "host": "mail.example.org"}, BadInput),
        ({"fetching": "imap", "username": "desk"}, BadInput),
        ({**IMAP, "then": "move"}, BadInput),
        ({**IMAP, "then": "move", "move_to": "INBOX"}, BadInput),
        ({**IMAP, "host": "mail example"}, BadInput),
        ({**IMAP, "port": 70000}, BadInput),
        ({**IMAP, "sign_in": "microsoft"}, BadInput),
        ({**IMAP, "sign_in_settings": {"password": "x"}}, BadInput),
        ({"smtp": "http://mail.example.org"}, BadInput),
        ({"signature": {"xx": "Bye"}}, BadInput),
    ],
)
def test_settings_that_cannot_work_are_refused(desk: Desk, given: dict[str, Any], refusal: type[BadInput]):
    with world.refused(refusal):
        _set_up(desk, **given)


def test_a_team_of_another_desk_gets_no_mail_of_this_one(desk: Desk):
    with world.refused(NotThere):
        _set_up(desk, team_id=world.team("Theirs", of=world.desk("other")).pk)


def test_a_change_keeps_the_secret_and_how_far_the_folder_was_read(desk: Desk, mira: Person):
    made = _set_up(desk, **IMAP)
    mailboxes.read_up_to(mailbox_id=made.pk, uid_validity=7, uid=41, now=world.NINE)

    changed = mailboxes.change_mailbox(mailbox_id=made.pk, by_id=mira.pk, now=world.NINE, name="Help", folder="INBOX")

    assert (changed.name, changed.uid_validity, changed.seen_uid) == ("Help", 7, 41)
    assert secrets.opened(changed.secret) == "hush hush"
    assert [e.kind for e in journal.told(f"mailbox:{made.pk}")] == ["mailbox set up", "mailbox changed"]


def test_another_folder_is_read_from_its_beginning(desk: Desk, mira: Person):
    made = _set_up(desk, **IMAP)
    mailboxes.read_up_to(mailbox_id=made.pk, uid_validity=7, uid=41, now=world.NINE)

    changed = mailboxes.change_mailbox(mailbox_id=made.pk, by_id=mira.pk, now=world.NINE, folder="Support")

    assert (changed.uid_validity, changed.seen_uid) == (None, 0)


def test_a_change_that_does_not_fit_is_refused(desk: Desk, mira: Person):
    made = _set_up(desk, **IMAP)

    with world.refused(BadInput):
        mailboxes.change_mailbox(mailbox_id=made.pk, by_id=mira.pk, now=world.NINE, then="move")
    with world.refused(NotAllowed):
        mailboxes.change_mailbox(mailbox_id=made.pk, by_id=world.person("Rita").pk, now=world.NINE, name="Mine")


def test_what_is_the_same_already_tells_nothing(desk: Desk, mira: Person):
    made = _set_up(desk, **IMAP)
    before = world.everything()

    mailboxes.change_mailbox(mailbox_id=made.pk, by_id=mira.pk, now=world.NINE, host="mail.example.org", port=0)

    assert world.everything() == before


def test_an_ended_mailbox_keeps_no_secret(desk: Desk, mira: Person):
    made = _set_up(desk, **IMAP)

    ended = mailboxes.end_mailbox(mailbox_id=made.pk, by_id=mira.pk, now=world.NINE)

    assert (ended.secret, ended.ended_at) == ("", world.NINE)
    with world.refused(NotThere):
        mailboxes.end_mailbox(mailbox_id=made.pk, by_id=None, now=world.NINE)


def test_trouble_is_remembered_since_it_began_and_forgotten_with_the_next_contact(desk: Desk):
    made = _set_up(desk, **IMAP)
    mailboxes.troubled(mailbox_id=made.pk, why="refused", now=world.NINE)
    mailboxes.troubled(mailbox_id=made.pk, why="timed out", now=world.now(minutes=5))
    made.refresh_from_db()
    assert (made.trouble, made.trouble_since) == ("timed out", world.NINE)

    mailboxes.contacted(mailbox_id=made.pk, now=world.now(minutes=6))

    made.refresh_from_db()
    assert (made.trouble, made.trouble_since, made.contacted_at) == ("", None, world.now(minutes=6))


def test_who_sets_up_a_desk_sees_its_mailboxes_and_no_others(desk: Desk, mira: Person):
    own = _set_up(desk)
    _set_up(world.desk("other"), address="other@example.org")

    assert list(queries.mailboxes(scope_of(mira.pk))) == [own]
    assert list(queries.mailboxes(scope_of(world.person("Rita").pk))) == []
