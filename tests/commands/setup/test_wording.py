"""A desk words its notices, and goes back to the shipped words."""

from __future__ import annotations

import pytest

from firstline.commands.setup import wording
from firstline.core.kernel.refusals import BadInput, NotAllowed
from firstline.core.mail.queries import notice_text, notice_texts_of
from firstline.core.people.models import Person
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: None) -> Person:
    return world.person("Mara", role=world.Role.DESK_MANAGER, over=world.desk())


def _worded(
    by: Person, *, kind: str = "registered", subject: str = "Yours: {number}", body: str = "We have it."
) -> None:
    wording.word_notice(
        desk_id=world.desk().pk, kind=kind, language="en", subject=subject, body=body, by_id=by.pk, now=world.NINE
    )


def test_a_notice_is_worded_anew_and_put_back(manager: Person):
    _worded(manager)
    _worded(manager, body="We have your request, {reader}.")

    own = notice_text(world.desk().pk, "registered", "en")
    assert own is not None
    assert (own.body, notice_texts_of(world.desk().pk).count()) == ("We have your request, {reader}.", 1)
    assert notice_text(world.desk().pk, "registered", "ru") is None

    wording.use_shipped_words(
        desk_id=world.desk().pk, kind="registered", language="en", by_id=manager.pk, now=world.NINE
    )
    assert notice_text(world.desk().pk, "registered", "en") is None
    with world.refused(wording.ShippedAlready):
        wording.use_shipped_words(
            desk_id=world.desk().pk, kind="registered", language="en", by_id=manager.pk, now=world.NINE
        )


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"body": "Hello {nobody}"}, r"\{nobody\}; the places are: \{number\}"),
        ({"subject": "{{ x }}"}, "Nothing can be put in"),
        ({"kind": "replied"}, "put {text} where it is to stand"),
        ({"kind": "escalated"}, "no such notice"),
        ({"body": " "}, "empty text"),
        ({"subject": ""}, "fill this in"),
    ],
)
def test_words_that_would_say_nothing_are_refused(manager: Person, given: dict[str, str], match: str):
    with world.refused(BadInput, match):
        _worded(manager, **given)


def test_words_are_the_managers_of_this_desk(manager: Person):
    olga = world.person("Olga", team=world.front())
    other = world.person("Otto", role=world.Role.DESK_MANAGER, over=world.desk("hr"))
    for by in (olga, other):
        with world.refused(NotAllowed):
            _worded(by)
