"""Without a desk the portal says how to make one; with one it opens."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import world


@pytest.mark.parametrize("address", ["/", "/ask/other/"])
def test_without_a_desk_the_portal_says_how_to_make_one(client: Client, db: None, address: str):
    page = client.get(address)

    assert page.status_code == 503
    assert "<code>firstline setup</code>" in page.content.decode()


@pytest.mark.parametrize("address", ["/", "/ask/other/"])
def test_with_a_desk_the_portal_opens(client: Client, db: None, address: str):
    world.front()

    assert client.get(address).status_code == 200


def test_nothing_is_registered_without_a_desk(client: Client, db: None):
    before = world.everything()

    assert client.post("/ask/other/", {"text": "Help", "name": "Nina", "email": "nina@example.com"}).status_code == 503
    assert world.everything() == before
