"""One's own particulars: changed by oneself, and honoured at once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from firstline.core.people.models import Person
from tests import world

GIVEN = {"name": "Rita R.", "language": "uk", "time_zone": "Europe/Kyiv", "letters": ["replied", "resolved"]}


@pytest.fixture
def rita(client: Client) -> Person:
    made = world.person("Rita")
    client.force_login(world.account(made))
    return made


def test_a_person_changes_their_own_particulars(client: Client, rita: Person):
    client.post("/profile/", GIVEN)

    rita.refresh_from_db()
    assert (rita.name, rita.language, rita.time_zone) == ("Rita R.", "uk", "Europe/Kyiv")
    assert rita.notices["mail"] == {"registered": False, "replied": True, "resolved": True, "closed": False}


def test_the_page_speaks_the_chosen_language_at_once(client: Client, rita: Person):
    page = client.post("/profile/", GIVEN, follow=True)

    assert '<html lang="uk"' in page.content.decode()


@pytest.mark.parametrize(
    "changed",
    [{"name": " "}, {"name": "x" * 201}, {"language": "xx"}, {"time_zone": "Mars/Base"}, {"letters": ["all"]}],
)
def test_a_mistake_is_said_and_nothing_is_changed(client: Client, rita: Person, changed: dict[str, object]):
    answer = client.post("/profile/", {**GIVEN, **changed})

    rita.refresh_from_db()
    assert answer.status_code == 422
    assert (rita.name, rita.language) == ("Rita", "en")


def test_nobody_has_particulars_who_is_not_signed_in():
    assert Client().get("/profile/")["Location"] == "/accounts/login/?next=/profile/"


def test_whoever_has_left_is_signed_in_no_more(client: Client, rita: Person):
    Person.objects.filter(pk=rita.pk).update(ended_at=timezone.now())

    assert client.get("/requests/")["Location"] == "/accounts/login/?next=/requests/"
