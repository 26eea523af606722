"""Teams that give their work out: in turn, or to whoever has the least in hand."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.commands import ownership
from firstline.commands.duty import assigning
from firstline.commands.setup import grants
from firstline.core.duty.models import Need
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from firstline.worker import timers
from tests import rules, together, world


@pytest.fixture
def team(db: None) -> Team:
    world.agreement()
    return world.front()


@pytest.fixture
def three(team: Team) -> list[Person]:
    return [world.person(name, team=team) for name in ("Olga", "Oleg", "Nina")]


def _given(*tickets: Ticket, minutes: float = 1) -> list[str]:
    for ticket in tickets:
        assigning.give_out(ticket_id=ticket.pk, now=world.now(minutes=minutes))
        ticket.refresh_from_db()
    return [str(ticket.assignee) for ticket in tickets]


def test_in_turn_goes_round_the_team_past_those_who_are_not_here(team: Team, three: list[Person]):
    world.practice(team, mode="round_robin")
    world.absence(three[1])

    assert _given(*[world.ticket() for _number in range(4)]) == ["Olga", "Nina", "Olga", "Nina"]


def test_the_least_loaded_is_whoever_has_the_fewest_in_hand_and_still_has_room(team: Team, three: list[Person]):
    world.practice(team, mode="least_loaded")
    world.ticket(held_by=three[0])
    world.able(three[1], capacity=0)

    assert _given(world.ticket(), world.ticket()) == ["Nina", "Olga"]


def _hinder(how: str, people: list[Person], fit: Person, team: Team) -> dict[str, Any]:
    """Let all but `fit` be unable to take a ticket in this way; return what the ticket must be about."""
    if how == "shift":
        world.practice(team, by_rota=True)
        world.shift(fit, team, starts=world.NINE)
        return {}
    if how == "skill":
        Need.objects.create(service=world.service("servers"), skills=["linux"])
        world.able(fit, skills=["linux"])
        return {"service_id": world.service("servers").pk}
    if how == "site":
        Person.objects.filter(pk=fit.pk).update(site=world.site("There"))
    for person in (each for each in people if each != fit):
        if how == "absence":
            world.absence(person)
        else:
            world.able(person, **_UNFIT[how])
    if how == "language":
        return {"requester": world.person("Ivan", language="uk")}
    return {"site_id": world.site("There").pk} if how == "site" else {}


_UNFIT: dict[str, dict[str, Any]] = {
    "language": {"languages": ["en"]}, "site": {"own_site_only": True}, "capacity": {"capacity": 0},
}  # fmt: skip


@pytest.mark.parametrize("mode", ["round_robin", "least_loaded"])
@pytest.mark.parametrize("how", ["skill", "language", "site", "capacity", "shift", "absence"])
def test_it_goes_to_the_one_who_can_take_it_whosever_turn_it_is(
    team: Team, three: list[Person], mode: str, how: str
):  # fmt: skip
    world.practice(team, mode=mode)
    about = _hinder(how, three, three[2], team)

    assert _given(world.ticket(**about), world.ticket(**about)) == ["Nina", "Nina"]


@pytest.mark.parametrize("mode", ["round_robin", "least_loaded"])
def test_what_somebody_who_leaves_had_in_hand_is_given_to_another_who_is_here(
    team: Team, three: list[Person], mode: str
):  # fmt: skip
    world.practice(team, mode=mode)
    ticket = world.ticket()
    assert _given(ticket) == ["Olga"]

    for grant in three[0].grants.all():
        grants.end_role(grant_id=grant.pk, by_id=None, now=world.now(minutes=2))
    timers.give_out(world.now(minutes=3))

    ticket.refresh_from_db()
    assert ticket.assignee in three[1:]
    assert ticket.steward in three[1:]
    rules.must_hold()


def test_it_says_on_record_that_the_desk_did_it_and_why(team: Team, three: list[Person]):
    world.practice(team, mode="round_robin")
    ticket = world.ticket()

    assigning.give_out(ticket_id=ticket.pk, now=world.now(minutes=1))

    told = world.newest(ticket)
    assert (told.kind, told.by_id, told.facts["person_id"]) == ("assigned", None, three[0].pk)
    assert told.facts["because"] == "round_robin"


def test_a_team_that_pulls_is_given_nothing(team: Team, three: list[Person]):
    ticket = world.ticket()

    assert assigning.give_out(ticket_id=ticket.pk, now=world.now(minutes=1)) is None
    assert world.told(ticket) == ["registered"]


def test_an_offer_is_accepted_for_the_one_whose_turn_it_is(team: Team, three: list[Person]):
    second = world.team("Second line", line=2)
    sergey = world.person("Sergey", team=second)
    world.practice(second, mode="round_robin")
    ticket = world.ticket(held_by=three[0])
    ownership.hand_over(ticket_id=ticket.pk, by_id=three[0].pk, to_team_id=second.pk, why="", now=world.now(minutes=1))

    assert _given(ticket, minutes=2) == ["Sergey"]
    assert (ticket.team, ticket.steward, ticket.offered_to) == (second, three[0], None)
    assert sergey == ticket.assignee


def test_what_nobody_could_take_is_given_when_somebody_has_room_again(team: Team, three: list[Person]):
    world.practice(team, mode="least_loaded")
    for person in three:
        world.able(person, capacity=0)
    ticket = world.ticket()
    timers.give_out(world.now(minutes=1))
    assert world.told(ticket) == ["registered"]

    world.able(three[2], capacity=1)
    timers.give_out(world.now(minutes=2))

    ticket.refresh_from_db()
    assert ticket.assignee == three[2]


@pytest.mark.django_db(transaction=True)
def test_two_given_out_at_once_do_not_go_to_one_person(transactional_db: None):
    team = world.front()
    for name in ("Olga", "Oleg"):
        world.person(name, team=team)
    world.practice(team, mode="round_robin")
    tickets = [world.ticket(), world.ticket()]

    together.at_once(*[
        lambda pk=ticket.pk: assigning.give_out(ticket_id=pk, now=world.now(minutes=1)) for ticket in tickets
    ])  # fmt: skip

    assert {str(ticket.assignee) for ticket in Ticket.objects.all()} == {"Olga", "Oleg"}
