"""What a team asks at a hand-over, edited in set-up as rows: kept whole, refused beside the row."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from firstline.core.duty.models import Practice
from firstline.core.journal.models import Entry
from tests import world

pytestmark = pytest.mark.django_db
TILL = {"key": "till", "type": "number", "label": {"en": "Till"}, "required": True, "help": {"en": "On its back"}}
SIDE = {
    "key": "side", "type": "choice", "label": {"en": "Side"},
    "choices": [{"value": "l", "label": {"en": "Left"}}, {"value": "r", "label": {"en": "Right"}}],
}  # fmt: skip


def address(team_id: int) -> str:
    return f"/console/setup/it/practices/{team_id}/asks"


def row(at: int, **parts: str) -> dict[str, str]:
    """Return what a row sends: label_en of the third row is called label_2_en."""
    names = {part: "_".join([part.split("_")[0], str(at), *part.split("_")[1:]]) for part in parts}
    return {f"type_{at}": "text"} | {names[part]: value for part, value in parts.items()}


def kept() -> list[dict[str, Any]]:
    return list(Practice.objects.get().asks)


def test_facts_are_added_in_several_languages_and_how_the_team_works_stays(client: Client):
    team = world.front()
    world.practice(team, mode="round_robin", by_rota=True)
    sent = row(0, label_en="Till number", label_uk="Номер каси", type="number", required="on") | row(
        1, label_en="Side", type="choice", choices_en="Left\r\n\r\nRight", choices_uk="Ліворуч\nПраворуч"
    )

    answer = client.post(address(team.pk), sent, follow=True)

    till, side = kept()
    assert "Saved." in answer.content.decode()
    assert till == {
        "key": "till_number", "type": "number", "label": {"en": "Till number", "uk": "Номер каси"}, "required": True
    }  # fmt: skip
    assert side["choices"] == [
        {"value": "left", "label": {"en": "Left", "uk": "Ліворуч"}},
        {"value": "right", "label": {"en": "Right", "uk": "Праворуч"}},
    ]
    practice = Practice.objects.get()
    assert (practice.mode, practice.by_rota) == ("round_robin", True)


def test_a_fact_that_is_changed_keeps_its_key_and_what_the_page_does_not_show(client: Client):
    team = world.front()
    world.practice(team, asks=[TILL, SIDE])
    sent = row(0, key="till", label_en="Number of the till", type="number") | row(
        1, key="side", label_en="Side", type="choice", choices_en="Top\nRight"
    )

    client.post(address(team.pk), sent)

    till, side = kept()
    assert till == TILL | {"label": {"en": "Number of the till"}, "required": False}
    assert [each["value"] for each in side["choices"]] == ["top", "r"]


def test_a_fact_is_asked_no_longer_and_a_row_without_words_is_left_out(client: Client):
    team = world.front()
    world.practice(team, asks=[TILL, SIDE])
    sent = row(0, key="till", label_en="Till", gone="on") | row(
        1, key="side", label_en="Side", type="choice", choices_en="Left\nRight"
    ) | row(2)  # fmt: skip

    client.post(address(team.pk), sent)

    assert [fact["key"] for fact in kept()] == ["side"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"label_en": ""}, "label_0"),
        ({"label_en": "Side", "type": "choice"}, "choices_0"),
        ({"label_en": "Side", "type": "many", "choices_en": "Left\nRight", "choices_uk": "Ліворуч"}, "choices_0"),
        ({"label_en": "Side", "type": "riddle"}, "type_0"),
        ({"label_en": "Till", "key": "No key"}, "label_0"),
    ],
)
def test_what_is_wrong_is_said_beside_its_row_and_nothing_is_written(client: Client, wrong: dict[str, str], field: str):
    team = world.front()
    world.practice(team, asks=[TILL])
    before = Entry.objects.count()

    answer = client.post(address(team.pk), row(0, **{"key": "till", **wrong}))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (kept(), Entry.objects.count()) == ([TILL], before)


def test_what_a_team_of_another_desk_asks_is_not_there(client: Client, stranger: Client):
    team = world.front()

    there = [client.get(address(world.team("Till support", of=world.desk("hr")).pk)), stranger.get(address(team.pk)),
             stranger.post(f"/console/setup/hr/practices/{team.pk}/asks", row(0, label_en="Till"))]  # fmt: skip

    assert [answer.status_code for answer in there] == [404] * 3
    assert not Practice.objects.exists()


def test_the_page_costs_the_same_for_one_fact_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
):
    team = world.front()
    for asks in ([TILL], [TILL, SIDE, TILL | {"key": "shop"}]):
        world.practice(team, asks=asks)
        with django_assert_num_queries(7):
            client.get(address(team.pk))


def test_a_fact_is_asked_earlier_or_later_by_one_press(client: Client):
    team = world.front()
    world.practice(team, asks=[TILL, SIDE])
    sent = row(0, key="till", label_en="Till", type="number") | row(
        1, key="side", label_en="Side", type="choice", choices_en="Left\nRight"
    ) | row(2, label_en="A photo", type="file", required="on") | row(3)  # fmt: skip

    client.post(address(team.pk), sent | {"move": "2-"})
    earlier = [each["key"] for each in kept()]
    sent["key_2"] = "a_photo"
    client.post(address(team.pk), sent | {"move": "0+"})
    later = [each["key"] for each in kept()]
    client.post(address(team.pk), sent | {"move": "0-"})

    assert earlier == ["till", "a_photo", "side"]
    assert later == ["side", "till", "a_photo"]
    assert [each["key"] for each in kept()] == ["till", "side", "a_photo"]
    assert kept()[2] == {"key": "a_photo", "type": "file", "label": {"en": "A photo"}, "required": True}


def test_a_fact_is_not_moved_before_the_one_it_depends_on(client: Client):
    team = world.front()
    world.practice(team, asks=[SIDE, TILL | {"when": {"field": "side", "is": "l"}}])
    sent = row(0, key="side", label_en="Side", type="choice", choices_en="Left\nRight") | row(
        1, key="till", label_en="Till", type="number"
    )

    answer = client.post(address(team.pk), sent | {"move": "1-"})

    assert answer.status_code == 422
    assert "must come before it" in answer.content.decode()
    assert [each["key"] for each in kept()] == ["side", "till"]
