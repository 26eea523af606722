"""Whoever leaves, is absent or ends a shift keeps no ticket; somebody always answers."""

from __future__ import annotations

import pytest

from firstline.commands import ownership, progress
from firstline.commands.duty import succession
from firstline.commands.setup import grants
from firstline.core.people.models import Grant, Person
from firstline.worker import timers
from tests import world
from tests.commands.conftest import Stage


def _end_roles(person: Person) -> None:
    for grant in Grant.objects.filter(person=person, ended_at=None):
        grants.end_role(grant_id=grant.pk, by_id=None, now=world.now(minutes=10))


def _owners(stage: Stage) -> tuple[Person | None, Person | None]:
    ticket = stage.ticket_now()
    return ticket.steward, ticket.assignee


def test_whoever_leaves_the_team_is_followed_at_once_and_it_is_on_record(stage: Stage):
    _end_roles(stage.olga)

    assert _owners(stage) == (stage.oleg, stage.oleg)
    assert world.told(stage.ticket) == ["registered", "taken", "steward changed", "assigned"]
    changed = world.newest(stage.ticket)
    assert (changed.by_id, changed.facts["because"]) == (None, "left")


def test_the_heir_is_whoever_answers_for_the_fewest(stage: Stage):
    world.ticket(held_by=stage.oleg)

    _end_roles(stage.olga)

    assert _owners(stage)[0] == stage.lead


def test_a_specialist_who_leaves_lays_the_ticket_down_with_the_team_and_the_steward_stays(stage: Stage):
    ownership.hand_over(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="", now=world.now(minutes=1)
    )
    ownership.accept(ticket_id=stage.ticket.pk, by_id=stage.sergey.pk, now=world.now(minutes=2))

    _end_roles(stage.sergey)

    assert _owners(stage) == (stage.olga, None)
    assert world.told(stage.ticket)[-1] == "put back"


def test_where_the_last_of_a_team_leaves_the_team_answers(stage: Stage):
    for person in (stage.oleg, stage.lead, stage.olga):
        _end_roles(person)

    assert _owners(stage) == (None, None)
    assert stage.ticket_now().steward_team == stage.first


def test_one_who_has_another_role_in_the_team_keeps_everything(stage: Stage):
    world.grant(stage.olga, world.Role.TEAM_LEAD, over=stage.first)
    operator = Grant.objects.get(person=stage.olga, role=world.Role.OPERATOR)

    grants.end_role(grant_id=operator.pk, by_id=None, now=world.now(minutes=10))

    assert _owners(stage) == (stage.olga, stage.olga)


def test_the_deputy_of_somebody_absent_inherits_within_one_look(stage: Stage):
    world.absence(stage.olga, deputy=stage.lead)

    assert timers.inherit(world.now(minutes=10)) == 1

    assert _owners(stage) == (stage.lead, stage.lead)
    assert timers.inherit(world.now(minutes=11)) == 0


def test_an_absence_changes_nothing_where_nobody_else_is_here(stage: Stage):
    for person in (stage.olga, stage.oleg, stage.lead):
        world.absence(person)

    assert timers.inherit(world.now(minutes=10)) == 0
    assert _owners(stage) == (stage.olga, stage.olga)


def test_whoever_is_away_for_a_while_goes_on_answering(stage: Stage):
    gone = world.absence(stage.olga)
    gone.kind = "away"
    gone.save()

    assert timers.inherit(world.now(minutes=10)) == 0


def test_the_next_shift_inherits_from_the_one_that_ended(stage: Stage):
    world.practice(stage.first, by_rota=True)
    world.shift(stage.olga, stage.first, starts=world.NINE, hours=1)
    world.shift(stage.oleg, stage.first, starts=world.NINE, hours=2)

    assert timers.inherit(world.now(minutes=59)) == 0
    assert timers.inherit(world.now(minutes=60)) == 1

    assert _owners(stage) == (stage.oleg, stage.oleg)
    assert timers.inherit(world.now(hours=2)) == 0


def test_a_ticket_that_is_reopened_after_its_steward_left_is_inherited(stage: Stage):
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(minutes=5))
    _end_roles(stage.olga)

    progress.reopen(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=20))

    assert _owners(stage) == (stage.oleg, stage.oleg)


def test_what_is_not_theirs_is_not_inherited(stage: Stage):
    with world.refused(succession.NotTheirs):
        succession.inherit(ticket_id=stage.ticket.pk, gone_id=stage.oleg.pk, why="left", now=world.now(minutes=5))


def test_what_nobody_has_cannot_be_put_back(stage: Stage):
    with world.refused(ownership.NotHeld):
        succession.put_back(ticket_id=world.ticket().pk, why="left", now=world.now(minutes=5))


@pytest.mark.parametrize("seen", [True, False])
def test_a_look_at_who_is_gone_is_one_statement(stage: Stage, django_assert_num_queries, seen: bool):
    if seen:
        world.practice(stage.first, by_rota=True)
    with django_assert_num_queries(1):
        timers.inherit(world.now(minutes=10))
