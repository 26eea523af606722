"""Roles are given and ended by those who may, and somebody always administers."""

from __future__ import annotations

import pytest

from firstline.commands.setup import grants
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Grant
from firstline.core.people.rights import scope_of
from tests import world
from tests.commands.conftest import Stage

Role = Grant.Role


@pytest.fixture
def chief(stage: Stage) -> int:
    """Return the id of the desk's manager."""
    return world.person("Mira", role=Role.DESK_MANAGER, over=stage.desk).pk


def test_a_manager_makes_somebody_an_operator(stage: Stage, chief: int):
    nina = world.person("Nina")

    grant = grants.grant_role(
        person_id=nina.pk, role=Role.OPERATOR, team_id=stage.first.pk, by_id=chief, now=world.NINE
    )

    assert scope_of(nina.pk).teams == {stage.first.pk}
    told = journal.told(f"person:{nina.pk}")[-1]
    assert (told.kind, told.by_id) == ("role granted", chief)
    assert told.facts == {"grant": grant.pk, "role": "operator", "team_id": stage.first.pk}


@pytest.mark.parametrize(
    ("role", "over"),
    [("operator", {}), ("operator", {"desk_id": 1}), ("desk_manager", {}), ("administrator", {"desk_id": 1}),
     ("organisation_manager", {}), ("emperor", {})],
)  # fmt: skip
def test_a_role_over_the_wrong_thing_is_refused(stage: Stage, role: str, over: dict[str, int]):
    with world.refused(BadInput):
        grants.grant_role(person_id=stage.rita.pk, role=role, by_id=None, now=world.NINE, **over)


def test_a_role_is_given_once(stage: Stage):
    with world.refused(grants.AlreadyGranted):
        grants.grant_role(
            person_id=stage.olga.pk, role=Role.OPERATOR, team_id=stage.first.pk, by_id=None, now=world.NINE
        )


def test_nobody_below_a_manager_gives_roles(stage: Stage):
    for who in (stage.olga, stage.lead, stage.rita):
        with world.refused(NotAllowed):
            grants.grant_role(
                person_id=who.pk, role=Role.TEAM_LEAD, team_id=stage.second.pk, by_id=who.pk, now=world.NINE
            )


def test_a_manager_makes_no_administrator_and_nobody_of_another_desk(stage: Stage, chief: int):
    elsewhere = world.team("Elsewhere", of=world.desk("other"))

    with world.refused(NotAllowed):
        grants.grant_role(person_id=chief, role=Role.ADMINISTRATOR, by_id=chief, now=world.NINE)
    with world.refused(NotAllowed):
        grants.grant_role(person_id=chief, role=Role.AUDITOR, by_id=chief, now=world.NINE)
    with world.refused(NotAllowed):
        grants.grant_role(person_id=chief, role=Role.OPERATOR, team_id=elsewhere.pk, by_id=chief, now=world.NINE)


def test_an_ended_role_reaches_nothing(stage: Stage, chief: int):
    grant = Grant.objects.get(person=stage.olga)

    grants.end_role(grant_id=grant.pk, by_id=chief, now=world.now(hours=1))

    assert scope_of(stage.olga.pk).teams == frozenset()
    assert journal.told(f"person:{stage.olga.pk}")[-1].kind == "role ended"
    with world.refused(NotThere):
        grants.end_role(grant_id=grant.pk, by_id=chief, now=world.now(hours=1))


def test_the_last_administrator_stays(stage: Stage):
    alex, anna = (world.person(name, role=Role.ADMINISTRATOR) for name in ("Alex", "Anna"))

    grants.end_role(grant_id=Grant.objects.get(person=anna).pk, by_id=alex.pk, now=world.NINE)

    with world.refused(grants.LastAdministrator):
        grants.end_role(grant_id=Grant.objects.get(person=alex).pk, by_id=alex.pk, now=world.NINE)
