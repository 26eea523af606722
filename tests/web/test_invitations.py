"""Choosing a password by a letter's link: once, in time, and without telling who has an account."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from firstline.commands.setup import accounts
from firstline.core.people.models import Account, Invitation, Person
from tests import world

STRONG = "four quiet otters swim"


@pytest.fixture
def client(db: None) -> Client:
    cache.clear()
    return Client()


@pytest.fixture
def rita(db: None) -> Person:
    return world.person("Rita", mail="rita@example.org")


def link_for(person: Person) -> str:
    invited = accounts.invite(person_id=person.pk, by_id=None, now=timezone.now())
    return f"/invitation/{accounts.invitation_token(invited)}/"


def test_an_invited_person_chooses_a_password_and_is_signed_in(client: Client, rita: Person):
    link = link_for(rita)

    page, done = client.get(link), client.post(link, {"password": STRONG})

    assert "Rita, you will sign in with rita@example.org." in page.content.decode()
    assert (done.status_code, done["Location"]) == (302, "/")
    assert Account.objects.get(person=rita).check_password(STRONG)
    assert client.get("/requests/").status_code == 200


def test_opening_the_link_uses_nothing_up(client: Client, rita: Person):
    link = link_for(rita)

    assert [client.get(link).status_code for _ in range(3)] == [200, 200, 200]


def test_a_link_works_once(client: Client, rita: Person):
    link = link_for(rita)
    client.post(link, {"password": STRONG})

    again = Client().post(link, {"password": "somebody else's password"})

    assert again.status_code == 404
    assert Account.objects.get(person=rita).check_password(STRONG)


@pytest.mark.parametrize("password", ["", "short", "password123", "1234567890"])
def test_a_weak_password_is_refused_beside_its_field(client: Client, rita: Person, password: str):
    answer = client.post(link_for(rita), {"password": password})

    assert answer.status_code == 422
    assert not Account.objects.exists()


def test_a_made_up_link_says_what_to_do(client: Client):
    answer = client.get("/invitation/made-up/")

    assert answer.status_code == 404
    assert "Send me a new link" in answer.content.decode()


def test_a_forgotten_password_answers_the_same_whoever_asks(client: Client, rita: Person):
    world.account(rita)

    known, unknown = (
        client.post("/accounts/password/reset/", {"email": mail}) for mail in ("RITA@example.org", "eve@example.org")
    )

    assert known["Location"] == unknown["Location"] == "/accounts/password/reset/done/"
    assert Invitation.objects.get().person == rita


def test_a_forgotten_password_does_not_bomb_a_mailbox(client: Client, rita: Person):
    world.account(rita)

    answers = [client.post("/accounts/password/reset/", {"email": "rita@example.org"}).status_code for _ in range(6)]

    assert answers == [302, 302, 302, 302, 422, 422]
    assert Invitation.objects.count() == 4


def test_staff_are_led_to_the_console_and_requesters_to_the_portal(client: Client, rita: Person):
    olga = world.person("Olga", team=world.front())
    places = []
    for person in (rita, olga):
        account = world.account(person)
        places.append(
            Client().post("/accounts/login/", {"login": account.email, "password": world.PASSWORD})["Location"]
        )

    assert places == ["/", "/console/"]


def test_the_language_chosen_by_somebody_signed_in_is_the_language_of_their_letters(client: Client, rita: Person):
    client.force_login(world.account(rita))

    client.post("/language", {"to": "uk"})

    rita.refresh_from_db()
    assert rita.language == "uk"


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/change/", "/accounts/2fa/", "/accounts/logout/", "/accounts/2fa/totp/activate/"],
)
def test_account_pages_are_drawn_in_the_frame(client: Client, rita: Person, address: str):
    client.force_login(world.account(rita))

    page = client.get(address, follow=True)

    assert page.status_code == 200
    assert 'class="card stack"' in page.content.decode()
