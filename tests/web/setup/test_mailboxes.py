"""The page of mailboxes: how each stands, at a constant price; set up, changed, ended, and no secret is ever shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands.mail import withholding
from firstline.commands.setup import mailboxes
from firstline.core.intake import secrets
from firstline.core.intake.models import Mailbox, Withheld
from tests import world
from tests.web.setup import mailing

pytestmark = pytest.mark.django_db

FETCHED = {
    "name": "Help", "fetching": "imap", "host": "imap.example.org", "security": "tls", "username": "help",
    "sign_in": "password", "secret": "s3cret-word", "folder": "INBOX", "then": "seen", "adds_copied": "on",
    "signature_en": "Your desk",
}  # fmt: skip


def page(client: Client, path: str = "/console/setup/it/mailboxes") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_costs_the_same_for_one_mailbox_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    mailing.arrived(mailing.box())
    with django_assert_num_queries(10):
        client.get("/console/setup/it/mailboxes")
    for address in ("two@example.org", "three@example.org"):
        box = mailing.box(address)
        mailing.arrived(box)
        withholding.withhold(mailbox_id=box.pk, uid="7", uid_validity=5, why="NO", now=timezone.now())
    with django_assert_num_queries(10):
        client.get("/console/setup/it/mailboxes")


def test_what_came_today_equals_what_became_of_it(client: Client):
    box = mailing.box()
    for outcome in ("registered", "registered", "joined", "duplicate", "ignored", "refused", "parked", "waiting"):
        mailing.arrived(box, outcome)
    mailing.arrived(box, "registered", at=timezone.now() - timedelta(days=2))

    [shown] = client.get("/console/setup/it/mailboxes").context["boxes"]

    parts = {part["word"]: part["many"] for part in shown["tally"]["parts"]}
    assert shown["tally"]["received"] == sum(parts.values()) == 8
    assert parts["registered"] == 2
    assert shown["lag"] == "under 1 min"


def test_a_mail_that_the_server_does_not_give_is_shown_with_its_number_and_reason_and_can_be_asked_for(client: Client):
    box, now = mailing.box(), timezone.now()
    held = withholding.withhold(mailbox_id=box.pk, uid="77", uid_validity=5, why="NO it is broken", now=now)
    withholding.withhold(mailbox_id=box.pk, uid="77", uid_validity=5, why="NO it is broken", now=now)

    shown = page(client)
    answer = client.post(f"/console/setup/it/mailboxes/withheld/{held.pk}")

    assert "1 mail lies there that the server does not give" in shown
    assert "UID 77" in shown
    assert "NO it is broken" in shown
    assert "Asked for 2 times" in shown
    assert answer.status_code == 302
    assert Withheld.objects.get().next_at <= timezone.now()


def test_who_sets_up_another_desk_asks_for_nothing(client: Client, stranger: Client):
    held = withholding.withhold(mailbox_id=mailing.box().pk, uid="77", uid_validity=5, why="NO", now=timezone.now())

    assert stranger.post(f"/console/setup/it/mailboxes/withheld/{held.pk}").status_code == 404
    assert stranger.post(f"/console/setup/hr/mailboxes/withheld/{held.pk}").status_code == 404
    assert Withheld.objects.get().next_at == held.next_at


def test_trouble_is_shown_in_words(client: Client):
    box = mailing.box()
    mailboxes.troubled(mailbox_id=box.pk, why="The server does not answer.", now=timezone.now())

    shown = page(client)

    assert "Not reached" in shown
    assert "The server does not answer." in shown


def test_a_mailbox_is_set_up_changed_and_ended_and_its_secrets_are_never_shown(client: Client):
    client.post("/console/setup/it/mailboxes/new", {**FETCHED, "address": "help@example.org"})
    box = Mailbox.objects.get()
    shown = page(client, f"/console/setup/it/mailboxes/{box.pk}")
    client.post(f"/console/setup/it/mailboxes/{box.pk}", {**FETCHED, "secret": "", "host": "mail.example.org"})
    changed = Mailbox.objects.get()
    client.post(f"/console/setup/it/mailboxes/{box.pk}/end")

    assert (box.host, box.signature, box.adds_copied) == ("imap.example.org", {"en": "Your desk"}, True)
    assert (changed.host, secrets.opened(changed.secret)) == ("mail.example.org", "s3cret-word")
    assert "s3cret-word" not in shown
    assert box.secret not in shown
    assert Mailbox.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"host": ""}, "host"),
        ({"then": "move", "move_to": ""}, "move_to"),
        ({"smtp": "mail.example.org"}, "smtp"),
        ({"address": "nonsense"}, "address"),
        ({"port": "99999"}, "port"),
    ],
)
def test_settings_that_do_not_fit_are_refused_beside_their_field(client: Client, wrong: dict[str, str], field: str):
    before = world.everything()

    answer = client.post("/console/setup/it/mailboxes/new", {**FETCHED, "address": "help@example.org", **wrong})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert world.everything() == before


def test_a_mailbox_of_another_desk_is_not_there(client: Client, stranger: Client):
    box = mailing.box()

    answers = [
        stranger.get(f"/console/setup/hr/mailboxes/{box.pk}").status_code,
        stranger.post(f"/console/setup/hr/mailboxes/{box.pk}/end").status_code,
        stranger.post(f"/console/setup/it/mailboxes/{box.pk}/end").status_code,
    ]

    assert answers == [404, 404, 404]
    assert Mailbox.objects.get().ended_at is None
