"""The rota and what teams and people take: set by those who lead, refused to the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from firstline.commands.setup import rota
from firstline.core.duty.models import Need, Practice, Shift
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused
from firstline.core.people.models import Person
from tests import world
from tests.commands.conftest import Stage

NOW = world.NINE


@pytest.fixture
def manager(stage: Stage) -> Person:
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=stage.desk)


def _add(stage: Stage, **more: Any) -> Shift:
    given = {
        "team_id": stage.first.pk, "person_id": stage.olga.pk, "starts_at": NOW, "ends_at": world.now(hours=8),
        "by_id": stage.lead.pk, "now": NOW, **more,
    }  # fmt: skip
    return rota.add_shift(**given)


def test_a_lead_adds_moves_and_ends_a_shift(stage: Stage):
    shift = _add(stage)

    rota.change_shift(
        shift_id=shift.pk, starts_at=NOW, ends_at=world.now(hours=4), by_id=stage.lead.pk, now=world.now(hours=1)
    )
    rota.end_shift(shift_id=shift.pk, by_id=stage.lead.pk, now=world.now(hours=2))

    shift.refresh_from_db()
    assert (shift.ends_at, shift.ended_at) == (world.now(hours=4), world.now(hours=2))


def _change(stage: Stage, shift: Shift, **more: Any) -> Shift:
    given = {
        "shift_id": shift.pk, "starts_at": shift.starts_at, "ends_at": shift.ends_at, "by_id": stage.lead.pk,
        "now": world.now(hours=1), **more,
    }  # fmt: skip
    return rota.change_shift(**given)


def test_a_shift_is_given_to_a_colleague_and_to_another_site(stage: Stage, manager: Person):
    shift = _add(stage)
    Shift.objects.update(uid="from a calendar")

    _change(stage, shift, person_id=stage.oleg.pk)
    moved = _change(stage, shift, person_id=stage.sergey.pk, team_id=stage.second.pk, by_id=manager.pk)

    assert (moved.person, moved.team, moved.uid) == (stage.sergey, stage.second, "")
    facts = journal.told(f"desk:{stage.desk.pk}")[-1].facts
    assert (facts["was_person"], facts["person"]) == (stage.oleg.pk, stage.sergey.pk)
    assert (facts["was_team"], facts["team"]) == (stage.first.pk, stage.second.pk)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"by_id": "olga"}, NotAllowed),
        ({"person_id": "sergey"}, rota.NotOnThisTeam),
        ({"team_id": "second"}, NotAllowed),
        ({"team_id": 999}, NotThere),
        ({"ends_at": NOW}, BadInput),
        ({"shift_id": 999}, NotThere),
        ({"starts_at": NOW + timedelta(days=1), "ends_at": NOW + timedelta(days=1, hours=2)}, rota.ShiftsOverlap),
    ],
)
def test_a_change_is_refused_and_nothing_is_written(stage: Stage, changed: dict[str, Any], refusal: type[Refused]):
    shift = _add(stage)
    _add(stage, starts_at=world.now(days=1, hours=1), ends_at=world.now(days=1, hours=9))
    given = {key: getattr(stage, value).pk if isinstance(value, str) else value for key, value in changed.items()}

    with world.refused(refusal):
        _change(stage, shift, **given)


def test_nobody_is_twice_on_shift_for_one_team_and_shifts_may_touch(stage: Stage):
    _add(stage)
    _add(stage, starts_at=world.now(hours=8), ends_at=world.now(hours=12))
    _add(stage, person_id=stage.oleg.pk)

    with world.refused(rota.ShiftsOverlap, match="already from 2026-03-02 09:00 to 2026-03-02 17:00"):
        _add(stage, starts_at=world.now(hours=7), ends_at=world.now(hours=9))


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"by_id": "olga"}, NotAllowed),
        ({"by_id": "sergey"}, NotAllowed),
        ({"person_id": "sergey"}, rota.NotOnThisTeam),
        ({"ends_at": NOW}, BadInput),
        ({"ends_at": NOW + timedelta(hours=37)}, BadInput),
        ({"team_id": 999}, NotThere),
    ],
)
def test_a_shift_is_refused_and_nothing_is_written(stage: Stage, changed: dict[str, Any], refusal: type[Refused]):
    given = {key: getattr(stage, value).pk if isinstance(value, str) else value for key, value in changed.items()}
    with world.refused(refusal):
        _add(stage, **given)


def test_importing_a_calendar_replaces_what_was_imported_before_and_leaves_the_rest(stage: Stage):
    typed = _add(stage, starts_at=world.now(days=1), ends_at=world.now(days=1, hours=8))

    def bring(*days: int) -> int:
        planned = [
            rota.Planned(f"{day}", stage.oleg.pk, world.now(days=day), world.now(days=day, hours=8)) for day in days
        ]
        return rota.import_shifts(team_id=stage.first.pk, planned=planned, by_id=stage.lead.pk, now=NOW)

    assert (bring(-1, 1, 2), bring(3)) == (2, 1)
    live = Shift.objects.filter(ended_at=None).order_by("starts_at")
    assert [shift.pk for shift in live if not shift.uid] == [typed.pk]
    assert [shift.uid for shift in live if shift.uid] == ["3"]


def test_a_manager_sets_a_practice_with_what_the_team_asks(stage: Stage, manager: Person):
    asks = [{"key": "till", "type": "number", "label": {"en": "Till"}, "required": True}]
    given: dict[str, Any] = {"team_id": stage.second.pk, "by_id": manager.pk, "now": NOW}

    rota.set_practice(**given, mode="round_robin", asks=asks, lapse_for=timedelta(hours=2), by_rota=True)

    practice = Practice.objects.get(team=stage.second)
    assert (practice.mode, practice.asks, practice.by_rota) == ("round_robin", asks, True)
    for wrong in ({"mode": "lottery"}, {"lapse_for": timedelta(0)}, {"asks": [{"key": "A"}]}):
        with world.refused(BadInput):
            rota.set_practice(**given, **wrong)
    with world.refused(NotAllowed):
        rota.set_practice(**{**given, "by_id": stage.lead.pk})
    with world.refused(NotThere):
        rota.set_practice(**given, calendar_id=world.calendar(of=world.desk("hr")).calendar_id)


def test_abilities_are_set_by_leads_and_needs_by_managers(stage: Stage, manager: Person):
    rota.set_ability(
        person_id=stage.olga.pk, by_id=stage.lead.pk, capacity=5, languages=["uk"], skills=[" POS ", "pos"], now=NOW
    )
    need = rota.set_need(team_id=stage.second.pk, by_id=manager.pk, skills=["linux"], now=NOW)

    stage.olga.refresh_from_db()
    assert (stage.olga.ability.capacity, stage.olga.ability.skills) == (5, ["pos"])
    assert Need.objects.get(pk=need.pk).skills == ["linux"]
    with world.refused(NotAllowed):
        rota.set_ability(person_id=stage.olga.pk, by_id=stage.olga.pk, now=NOW)
    with world.refused(NotAllowed):
        rota.set_need(team_id=stage.second.pk, by_id=stage.lead.pk, now=NOW)
    with world.refused(BadInput):
        rota.set_ability(person_id=stage.olga.pk, by_id=stage.lead.pk, languages=["xx"], now=NOW)
