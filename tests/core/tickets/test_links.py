"""A link lets one person into one ticket until it is too old."""

from __future__ import annotations

import pytest
from django.core import signing

from firstline.core.kernel.refusals import NotThere
from firstline.core.tickets import links


def test_a_token_names_its_ticket_and_person():
    assert links.read(links.token_for(ticket_id=17, person_id=5)) == links.Let(17, 5)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", links.__name__, "\x00", "и" * 90])
def test_a_forged_token_lets_nobody_in(token: str):
    with pytest.raises(NotThere):
        links.read(token)


def test_a_token_signed_for_something_else_lets_nobody_in():
    with pytest.raises(NotThere):
        links.read(signing.dumps([17, 5], salt="something else"))


def test_a_changed_token_lets_nobody_in():
    token = links.token_for(ticket_id=17, person_id=5)
    other = links.token_for(ticket_id=18, person_id=5)

    with pytest.raises(NotThere):
        links.read(other.split(":")[0] + ":" + token.split(":", 1)[1])
