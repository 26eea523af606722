"""The page of mail keys: added from files, used by the desk's mail and no other's, removed, and never shown."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.commands.setup import mail_keys
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import NotAllowed, NotThere
from firstline.core.mail.models import MailKey
from firstline.core.people.models import Person
from firstline.worker import mail as working
from firstline.worker import opening
from tests import world
from tests.channels.email.test_security import Shop, enveloped
from tests.commands.mail.posting import mailbox

pytestmark = pytest.mark.django_db
ROOT = "/console/setup/it/mail-keys"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def shop() -> Any:
    return Shop()


@pytest.fixture(autouse=True)
def children():
    """Let the children of the test go with it."""
    yield
    working.leave()


def _add(client: Client, shop: Any) -> Any:
    ((certificate, private),) = shop.keys().smime
    given = {"file": SimpleUploadedFile("help.crt", certificate.encode()),
             "private": SimpleUploadedFile("help.key", private.encode())}  # fmt: skip
    return client.post(f"{ROOT}/new", given)


def _key(**given: Any) -> mail_keys.Key:
    number = next(_numbers)
    return mail_keys.Key(**{"kind": "trusted", "name": f"Root {number}", "fingerprint": f"{number:064x}", **given})


def test_a_key_is_added_listed_and_removed_and_its_secret_never_shown(client: Client, shop: Any):
    added = _add(client, shop)
    key = MailKey.objects.get()
    pages = [client.get(ROOT).content.decode(), client.get(f"{ROOT}/new").content.decode()]

    assert (added.status_code, key.kind, key.name) == (302, "smime", "help@desk.example")
    assert "S/MIME: opens mail to the desk" in pages[0]
    assert not any("PRIVATE KEY" in each or key.secret in each for each in pages)
    assert "PRIVATE KEY" not in key.secret

    client.post(f"{ROOT}/{key.pk}/end")

    key.refresh_from_db()
    assert (key.secret, key.ended_at is not None) == ("", True)
    assert "No key yet" in client.get(ROOT).content.decode()
    assert [each.kind for each in journal.told(f"mail:{key.desk_id}")] == ["mail key added", "mail key removed"]


def test_the_same_key_twice_and_what_is_no_key_are_refused_beside_the_file(client: Client, shop: Any):
    _add(client, shop)

    again = _add(client, shop)
    other = client.post(f"{ROOT}/new", {"file": SimpleUploadedFile("x.pem", b"hello")})

    assert [list(each.context["form"].errors) for each in (again, other)] == [["file"], ["file"]]
    assert MailKey.objects.count() == 1


def test_mail_to_the_desk_is_opened_with_it_and_mail_to_another_desk_is_not(client: Client, shop: Any):
    _add(client, shop)
    raw = enveloped(shop.encrypted())
    boxes = [mailbox(), mailbox("hr@firstline.example", of=world.desk("hr"))]

    read = [working.understood(1, lambda: raw, opening.opener_of(box.pk)) for box in boxes]

    assert [getattr(each, "reply_text", None) for each in read] == ["Hello", ""]


def test_a_key_that_was_removed_opens_nothing_more(client: Client, shop: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opening, "_SECONDS", 0.0)
    _add(client, shop)
    box = mailbox()
    before = opening.opener_of(box.pk)

    client.post(f"{ROOT}/{MailKey.objects.get().pk}/end")

    assert (before is not None, opening.opener_of(box.pk)) == (True, None)


def test_the_list_costs_the_same_for_one_key_and_for_three(
    client: Client, maria: Person, django_assert_num_queries: DjangoAssertNumQueries
):
    for count in (1, 2):
        for _each in range(count):
            mail_keys.add_key(desk_id=world.desk().pk, key=_key(), by_id=maria.pk, now=world.NINE)
        with django_assert_num_queries(6):
            client.get(ROOT)


def test_keys_are_for_those_who_manage_the_desk(client: Client, maria: Person, stranger: Client):
    olga, hanna = world.person("Olga", team=world.front()), Person.objects.get(name="Hanna")
    desk = world.desk().pk
    for who in (olga, hanna):
        with world.refused(NotAllowed):
            mail_keys.add_key(desk_id=desk, key=_key(), by_id=who.pk, now=world.NINE)
    key = mail_keys.add_key(desk_id=desk, key=_key(), by_id=maria.pk, now=world.NINE)
    with world.refused(NotAllowed):
        mail_keys.remove_key(key_id=key.pk, by_id=hanna.pk, now=world.NINE)

    assert [each.post(f"{ROOT}/{key.pk}/end").status_code for each in (stranger, client)] == [404, 302]
    with world.refused(NotThere):
        mail_keys.remove_key(key_id=key.pk, by_id=None, now=world.NINE)
