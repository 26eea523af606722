"""The pages of filters and of blocked senders: listed, tried on a mail, changed; by the desk's manager only."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands.mail import blocking
from firstline.commands.setup import filters
from firstline.core.mail.models import BlockedSender, MailFilter
from firstline.core.mail.queries import filters_of
from firstline.core.people.models import Desk
from tests import world
from tests.web.setup import mailing

pytestmark = pytest.mark.django_db

PAGE = "/console/setup/it/filters"
GIVEN = {"name": "Prizes", "field": "subject", "how": "contains", "pattern": "prize", "tag": "Luck"}


def made(name: str, *, of: Desk | None = None, **given: object) -> MailFilter:
    desk = of or world.front().desk
    settings = {"field": "subject", "how": "contains", "pattern": name, "tag": "x", **given}
    return filters.add_filter(desk_id=desk.pk, by_id=None, now=timezone.now(), name=name, **settings)  # type: ignore[arg-type]


def test_the_list_costs_the_same_for_one_filter_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    made("one", service_id=world.service().pk)
    with django_assert_num_queries(6):
        client.get(PAGE)
    made("two", team_id=world.front().pk)
    made("three", ignores=True, why="noise")
    with django_assert_num_queries(6):
        page = client.get(PAGE).content.decode()

    assert "Subject contains “one”" in page
    assert "left alone: noise" in page


def test_a_filter_is_added_changed_moved_and_ended(client: Client):
    first = made("first")
    client.post(f"{PAGE}/new", GIVEN)
    added = MailFilter.objects.get(name="Prizes")
    client.post(f"{PAGE}/{added.pk}", {**GIVEN, "ignores": "on", "why": "spam"})
    client.post(f"{PAGE}/{added.pk}/move", {"to": "up"})
    order = [each.pk for each in filters_of(added.desk_id)]
    client.post(f"{PAGE}/{first.pk}/end")

    changed = MailFilter.objects.get(pk=added.pk)
    assert (added.tag, changed.ignores, changed.why) == ("luck", True, "spam")
    assert order == [added.pk, first.pk]
    assert [each.pk for each in filters_of(added.desk_id)] == [added.pk]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pattern": "("}, None),
        ({"pattern": "(", "how": "regex"}, "pattern"),
        ({"field": "header"}, "header"),
        ({"ignores": "on"}, "why"),
        ({"tag": ""}, "service_id"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_beside_its_field(client: Client, wrong: dict[str, str], field: str):
    answer = client.post(f"{PAGE}/new", {**GIVEN, **wrong})

    refused = None if answer.status_code == 302 else next(iter(answer.context["form"].errors))
    assert refused == field
    assert MailFilter.objects.count() == (0 if field else 1)


def test_a_mail_that_is_pasted_is_tried_and_nothing_is_kept(client: Client):
    made("prize", ignores=True, why="noise")
    made("other")
    before = world.everything()

    source = "From: Win <win@example.org>\r\nSubject: =?utf-8?q?A_Pri=7Ae?=\r\n\r\n<b>Hi</b>"
    page = client.post(f"{PAGE}/test", {"raw": source})
    shown = page.content.decode()

    assert [(row.title, row.faded) for row in page.context["rows"]] == [("prize", False), ("other", True)]
    assert "It would be left alone." in shown
    assert "&lt;b&gt;Hi&lt;/b&gt;" in shown
    assert world.everything() == before


def test_a_mail_that_came_is_tried(client: Client):
    made("sound", tag="audio")
    envelope = mailing.arrived(mailing.box())

    page = client.post(f"{PAGE}/test", {"arrival": str(envelope.pk)}).content.decode()

    assert "It would meet 1 filter." in page


def test_nothing_to_try_is_said_beside_the_field(client: Client):
    answer = client.post(f"{PAGE}/test", {})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["raw"])


def test_filters_and_blocks_of_another_desk_are_not_there(client: Client, stranger: Client):
    mine = made("mine")
    blocked = blocking.block_sender(desk_id=mine.desk_id, sender="x@y.example", by_id=None, now=timezone.now())
    paths = [f"filters/{mine.pk}", f"filters/{mine.pk}/move", f"filters/{mine.pk}/end", f"blocklist/{blocked.pk}/end"]

    answers = [stranger.post(f"/console/setup/hr/{path}", GIVEN).status_code for path in paths]

    assert answers == [404, 404, 404, 404]


def test_a_sender_is_blocked_and_let_in_again(client: Client, django_assert_num_queries: DjangoAssertNumQueries):
    client.post("/console/setup/it/blocklist/new", {"sender": "Spam.Example", "why": "prizes"})
    blocked = BlockedSender.objects.get()
    with django_assert_num_queries(6):
        one = client.get("/console/setup/it/blocklist").content.decode()
    for sender in ("a@x.example", "b@x.example"):
        client.post("/console/setup/it/blocklist/new", {"sender": sender})
    with django_assert_num_queries(6):
        client.get("/console/setup/it/blocklist")
    again = client.post("/console/setup/it/blocklist/new", {"sender": "spam.example"})
    client.post(f"/console/setup/it/blocklist/{blocked.pk}/end")

    assert "spam.example" in one
    assert again.context["form"].errors == {"sender": ["This sender is blocked already."]}
    assert BlockedSender.objects.get(pk=blocked.pk).ended_at is not None
