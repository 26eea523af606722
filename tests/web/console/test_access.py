"""Who comes into the console."""

from __future__ import annotations

from django.test import Client

from tests import world


def test_a_guest_signs_in_first(client: Client, db: None):
    answer = client.get("/console/?view=mine")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/console/%3Fview%3Dmine"


def test_a_guests_fragment_sends_the_whole_window_to_the_sign_in(client: Client, db: None):
    answer = client.get("/console/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == "/accounts/login/?next=/console/"


def test_for_a_requester_the_console_is_not_there(client: Client, db: None):
    client.force_login(
        world.account(world.person("Rita")), backend="allauth.account.auth_backends.AuthenticationBackend"
    )

    assert client.get("/console/").status_code == 404
