"""The words of notices: listed at a constant price, worded, looked at, put back; by the desk's manager only."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.mail.models import NoticeText
from firstline.core.mail.places import KINDS as WORDED
from firstline.web.setup.notices import KINDS
from tests import world

pytestmark = pytest.mark.django_db
PAGE = "/console/setup/it/notices"
GIVEN = {"subject": "{number} is with us", "body": "Dear {reader}\n\nWe look at {subject} <b>."}


def test_every_notice_that_can_be_worded_has_a_name():
    assert tuple(KINDS) == WORDED


def test_the_list_costs_the_same_however_many_are_worded(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    with django_assert_num_queries(6):
        client.get(PAGE)
    for language in ("en", "ru", "uk"):
        client.post(f"{PAGE}/registered/{language}", GIVEN)
    with django_assert_num_queries(6):
        page = client.get(PAGE).content.decode()

    assert page.count("own words") == 3


def test_a_notice_is_worded_looked_at_and_put_back(client: Client):
    shipped = client.get(f"{PAGE}/registered/en").context["form"].initial
    client.post(f"{PAGE}/registered/en", GIVEN)
    worded = NoticeText.objects.get()
    shown = client.get(f"{PAGE}/registered/en/preview").content.decode()
    client.post(f"{PAGE}/registered/en/shipped")
    back = client.get(f"{PAGE}/registered/en").context["form"].initial

    assert (worded.subject, worded.body) == (GIVEN["subject"], GIVEN["body"])
    assert "10011 is with us" in shown
    assert "We look at Printer is out of toner &lt;b&gt;." in shown
    assert back == shipped


def test_words_are_looked_at_before_they_are_saved_in_a_frame_that_runs_nothing(client: Client):
    before = world.everything()

    answer = client.post(f"{PAGE}/registered/uk/preview", GIVEN)

    assert answer["Content-Security-Policy"].startswith("default-src 'none';")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "10011 is with us" in answer.content.decode()
    assert world.everything() == before


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [("registered", {"body": "{nothing}"}, "body"), ("replied", {"body": "Hello"}, "body"),
     ("registered", {"subject": ""}, "subject")],
)  # fmt: skip
def test_words_that_cannot_be_filled_are_refused_beside_their_field(
    client: Client, kind: str, wrong: dict[str, str], field: str
):
    answer = client.post(f"{PAGE}/{kind}/en", {**GIVEN, **wrong})
    shown = client.post(f"{PAGE}/{kind}/en/preview", {**GIVEN, **wrong})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert shown.status_code == 422
    assert not NoticeText.objects.exists()


def test_a_notice_or_language_that_is_not_there_has_no_page(client: Client):
    paths = ["nothing/en", "registered/de", "nothing/en/preview"]

    assert [client.get(f"{PAGE}/{path}").status_code for path in paths] == [404, 404, 404]
