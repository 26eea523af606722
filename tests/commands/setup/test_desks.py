"""Desks, their teams, their own names for states."""

from __future__ import annotations

import pytest

from firstline.commands.setup import desks
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Desk, Person
from tests import world


@pytest.fixture
def desk(db: None) -> Desk:
    """Return an empty desk."""
    return world.desk()


@pytest.fixture
def chief(desk: Desk) -> Person:
    """Return the desk's manager."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=desk)


def test_an_administrator_makes_a_desk(desk: Desk):
    alex = world.person("Alex", role=world.Role.ADMINISTRATOR)

    made = desks.make_desk(key="hr", name="People desk", languages=["uk", "en", "uk"], by_id=alex.pk, now=world.NINE)

    assert (made.key, made.languages) == ("hr", ["uk", "en"])
    assert [(e.kind, e.by_id) for e in journal.told(f"desk:{made.pk}")] == [("desk made", alex.pk)]


def test_a_manager_of_one_desk_makes_no_other(chief: Person):
    with world.refused(NotAllowed):
        desks.make_desk(key="hr", name="People desk", by_id=chief.pk, now=world.NINE)


@pytest.mark.parametrize(
    "given",
    [{"key": "Bad Key"}, {"key": ""}, {"name": ""}, {"languages": []}, {"languages": ["xx"]}, {"time_zone": "Mars"}],
)
def test_a_desk_that_cannot_be_is_refused(desk: Desk, given: dict[str, object]):
    whole: dict[str, object] = {"key": "hr", "name": "People desk", "by_id": None, "now": world.NINE, **given}
    with world.refused(BadInput):
        desks.make_desk(**whole)  # type: ignore[arg-type]


def test_a_key_is_used_once(desk: Desk):
    with world.refused(desks.KeyTaken):
        desks.make_desk(key=desk.key, name="Again", by_id=None, now=world.NINE)


def test_a_manager_changes_their_desk_and_no_other(desk: Desk, chief: Person):
    other = world.desk("other")

    desks.change_desk(desk_id=desk.pk, by_id=chief.pk, now=world.NINE, close_after_days=5)

    assert Desk.objects.get(pk=desk.pk).close_after_days == 5
    assert journal.told(f"desk:{desk.pk}")[-1].facts == {"close_after_days": 5}
    with world.refused(NotAllowed):
        desks.change_desk(desk_id=other.pk, by_id=chief.pk, now=world.NINE, close_after_days=5)
    with world.refused(BadInput):
        desks.change_desk(desk_id=desk.pk, by_id=chief.pk, now=world.NINE, close_after_days=0)


def test_a_desk_has_one_front_on_line_one(desk: Desk, chief: Person):
    front = desks.make_team(desk_id=desk.pk, name="Front", line=1, front=True, by_id=chief.pk, now=world.NINE)

    assert front.front
    with world.refused(desks.FrontTaken):
        desks.make_team(desk_id=desk.pk, name="Front 2", line=1, front=True, by_id=chief.pk, now=world.NINE)
    with world.refused(BadInput, "first line"):
        desks.make_team(desk_id=desk.pk, name="Second", line=2, front=True, by_id=chief.pk, now=world.NINE)


@pytest.mark.parametrize("line", [0, 5, True, "1"])
def test_there_are_four_lines(desk: Desk, chief: Person, line: int):
    with world.refused(BadInput):
        desks.make_team(desk_id=desk.pk, name="Team", line=line, by_id=chief.pk, now=world.NINE)


def test_a_teams_name_and_site_are_checked(desk: Desk, chief: Person):
    world.team("Billing", line=3)

    with world.refused(desks.KeyTaken):
        desks.make_team(desk_id=desk.pk, name="Billing", line=3, by_id=chief.pk, now=world.NINE)
    with world.refused(NotThere):
        desks.make_team(desk_id=desk.pk, name="Shop", line=3, site_id=404, by_id=chief.pk, now=world.NINE)


def test_a_team_that_carries_something_is_not_ended(desk: Desk, chief: Person):
    world.ticket()
    idle = world.team("Idle", line=3)

    with world.refused(desks.StillCarries):
        desks.end_team(team_id=world.front().pk, by_id=chief.pk, now=world.NINE)
    assert desks.end_team(team_id=idle.pk, by_id=chief.pk, now=world.NINE).ended_at == world.NINE


def test_a_state_is_named_and_renamed(desk: Desk, chief: Person):
    for name in ({"en": "At the workshop"}, {"en": "In repair", "uk": "У ремонті"}):
        state = desks.name_state(
            desk_id=desk.pk, category="waiting_third_party", key="repair", name=name, by_id=chief.pk, now=world.NINE
        )

    assert (state.name, desk.named_states.count()) == ({"en": "In repair", "uk": "У ремонті"}, 1)
    with world.refused(BadInput):
        desks.name_state(
            desk_id=desk.pk, category="lost", key="lost", name={"en": "Lost"}, by_id=chief.pk, now=world.NINE
        )
