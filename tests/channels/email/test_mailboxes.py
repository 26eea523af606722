"""Addresses as mailers write them."""

import pytest

from firstline.channels.email import mailboxes
from firstline.channels.email.bounds import Bounds, TooMuch

ORDINARY = Bounds()


def pairs(raw):
    return [(each.name, each.address) for each in mailboxes.read(raw, ORDINARY)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"a@b.example", [("", "a@b.example")]),
        (b"Ann <a@b.example>, b@c.example", [("Ann", "a@b.example"), ("", "b@c.example")]),
        (b'"Smith, Ann" <a@b.example>', [("Smith, Ann", "a@b.example")]),
        (b"Smith, Ann <a@b.example>", [("Smith, Ann", "a@b.example")]),
        (b"=?utf-8?Q?Smith,_Ann?= <a@b.example>", [("Smith, Ann", "a@b.example")]),
        (b"a@b.example (Ann)", [("Ann", "a@b.example")]),
        (b"a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        (b"Team: a@b.example, Bob <c@d.example>;", [("", "a@b.example"), ("Bob", "c@d.example")]),
        (b"undisclosed-recipients:;", []),
        (b"Nobody <>, Ann <a@b.example>", [("Ann", "a@b.example")]),
        (b'"a@b.example" <a@b.example>', [("a@b.example", "a@b.example")]),
        (b"\"'Ann'\" <a@b.example>", [("Ann", "a@b.example")]),
        (b"<@relay.example:a@b.example>", [("", "a@b.example")]),
        (b"Ann <mailto:a@b.example>", [("Ann", "a@b.example")]),
        (b"<a@b.example\r\n Bcc: c@d.example>", [("", "a@b.exampleBcc:c@d.example")]),
    ],
)
def test_addresses_are_read(raw, expected):
    assert pairs(raw) == expected


def test_more_addresses_than_the_bound_are_refused():
    with pytest.raises(TooMuch, match="more than 3 addresses"):
        mailboxes.read(b"a@b.example," * 4, Bounds(addresses=3))


def test_message_ids_lose_their_brackets_and_doubles():
    assert mailboxes.ids(b"<a@b> <c@d>\r\n\t<a@b>") == ("a@b", "c@d")
