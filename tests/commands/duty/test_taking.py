"""Who takes next: which ticket, to whom, and why there is none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands import ownership, progress
from firstline.commands.duty import ranking, taking
from firstline.core.duty.models import Need
from firstline.core.people.models import Person
from tests import together, world


@pytest.fixture
def olga(db: None) -> Person:
    world.agreement(by_priority={1: {"take": 300, "resolve": 3600}})
    return world.person("Olga", team=world.front())


def _next(by: Person, *, minutes: float = 1) -> str:
    return taking.take_next(by_id=by.pk, now=world.now(minutes=minutes)).ticket.subject


def test_the_nearest_deadline_is_taken_first_then_the_one_after_it(olga: Person):
    world.ticket("later")
    urgent = world.ticket("urgent", impact=1, urgency=1)

    assert [_next(olga), _next(olga)] == ["urgent", "later"]
    urgent.refresh_from_db()
    assert (urgent.assignee, urgent.steward) == (olga, olga)
    assert world.told(urgent) == ["registered", "taken"]


def test_a_guarded_ticket_is_taken_before_overdue_ones_from_the_middle_of_its_promise(olga: Person):
    world.ticket("overdue")
    vital = world.service("radiology", guarded=True)
    world.ticket("vital", service_id=vital.pk, at=world.now(minutes=15))
    ranking.rank_anew(now=world.now(minutes=24))

    assert _next(olga, minutes=24) == "vital"


def test_what_is_offered_to_ones_team_is_accepted(olga: Person):
    second = world.team("Second line", line=2)
    sergey = world.person("Sergey", team=second)
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.now(minutes=2))

    taking.take_next(by_id=sergey.pk, now=world.now(minutes=3))

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee, ticket.steward) == (second, sergey, olga)


def test_what_waits_and_what_others_have_is_passed_over(olga: Person):
    oleg = world.person("Oleg", team=world.front())
    world.ticket("theirs", held_by=oleg)

    with world.refused(taking.NothingToTake, match="everything workable of your teams has been taken"):
        _next(olga)


def test_another_teams_and_another_desks_tickets_are_not_given(olga: Person):
    other = world.desk("hr")
    world.front(other)
    world.ticket("of hr", of=other)
    world.ticket("second line's", service_id=world.service("db", team=world.team("Second line", line=2)).pk)

    with world.refused(taking.NothingToTake):
        _next(olga)


def test_who_works_on_no_team_is_told_so(db: None):
    with world.refused(taking.NothingToTake, match="no team"):
        _next(world.person("Rita"))


def test_hands_that_are_full_take_nothing_until_one_is_given_back(olga: Person):
    world.able(olga, capacity=1)
    world.ticket("one", held_by=olga)
    world.ticket("two")

    with world.refused(taking.HandsFull, match="You hold 1 tickets and can carry 1"):
        _next(olga)
    progress.resolve(ticket_id=olga.assigned.get().pk, by_id=olga.pk, how="Done.", now=world.now(minutes=2))

    assert _next(olga, minutes=3) == "two"


def test_who_is_away_takes_nothing(olga: Person):
    world.absence(olga)
    world.ticket()

    with world.refused(taking.AwayNow):
        _next(olga)


def test_a_team_with_a_rota_gives_only_to_those_on_shift(olga: Person):
    world.practice(world.front(), by_rota=True)
    world.ticket("night")
    with world.refused(taking.OffShift, match="no shift of yours to come"):
        _next(olga)
    world.shift(olga, world.front(), starts=world.now(hours=1))

    with world.refused(taking.OffShift, match="begins at 2026-03-02 10:00 UTC"):
        _next(olga)
    assert _next(olga, minutes=60) == "night"


def test_skills_languages_and_sites_pass_over_what_one_cannot_do(olga: Person):
    servers = world.service("servers")
    Need.objects.create(service=servers, skills=["linux"])
    here, there = world.site("Here"), world.site("There")
    world.able(olga, languages=["en"], own_site_only=True)
    Person.objects.filter(pk=olga.pk).update(site=here)
    world.ticket("needs linux", service_id=servers.pk)
    world.ticket("speaks ukrainian", requester=world.person("Ivan", language="uk"))
    world.ticket("elsewhere", site_id=there.pk)
    with world.refused(taking.NothingToTake, match="a skill, a language or a site"):
        _next(olga)

    world.ticket("fits", site_id=here.pk)

    assert _next(olga) == "fits"


@pytest.mark.django_db(transaction=True)
def test_takers_at_once_get_a_ticket_each_and_none_twice(transactional_db: None):
    world.agreement()
    staff = [world.person(f"Operator {n}", team=world.front()) for n in range(6)]
    tickets = [world.ticket(f"{n}", at=world.NINE + timedelta(seconds=n)) for n in range(8)]

    outcomes = together.at_once(*[
        lambda by=by: taking.take_next(by_id=by.pk, now=world.now(minutes=1)).ticket_id for by in staff
    ])  # fmt: skip

    assert sorted(outcomes) == [ticket.pk for ticket in tickets[:6]]


@pytest.mark.django_db(transaction=True)
def test_one_person_who_presses_twice_at_once_stays_within_their_capacity(transactional_db: None):
    world.agreement()
    olga = world.person("Olga", team=world.front())
    world.able(olga, capacity=1)
    for number in range(3):
        world.ticket(f"{number}")

    outcomes = together.at_once(*[lambda: taking.take_next(by_id=olga.pk, now=world.now(minutes=1))] * 2)

    assert sum(isinstance(outcome, taking.HandsFull) for outcome in outcomes) == 1
