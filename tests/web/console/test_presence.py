"""Saying that one is away, and the list that the next shift accepts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from firstline.commands.duty import shift_changes
from firstline.core.duty.queries import absence_of
from firstline.core.people.models import Desk, Person
from tests import world
from tests.web.console.staff import operator, signed_in

pytestmark = pytest.mark.django_db


def test_one_says_that_one_is_absent_with_a_deputy_and_that_one_is_back():
    olga, client = operator()
    oleg = world.person("Oleg", team=world.front())

    gone = client.post("/console/away", {"kind": "absent", "deputy": oleg.pk}, follow=True).content.decode()

    assert "You are away until you say that you are back." in gone
    assert "Oleg stands in for you." in gone
    absence = absence_of(olga.pk, timezone.now())
    assert absence is not None
    assert absence.deputy == oleg
    assert "Welcome back" in client.post("/console/back", follow=True).content.decode()
    assert absence_of(olga.pk, timezone.now()) is None


def test_a_time_that_is_past_is_refused_beside_its_field():
    _olga, client = operator()

    answer = client.post("/console/away", {"kind": "away", "until": "2020-01-01T10:00"})

    assert answer.status_code == 422
    assert "Name a time that lies ahead." in answer.content.decode()


@pytest.fixture
def night(db: None) -> tuple[Person, Client]:
    """Return somebody of the night shift, which is awake, of a desk whose day shift has closed."""
    world.desk(model="virtual")
    day = world.front()
    nights = world.team("Night desk")
    for team in (day, nights):
        world.practice(team, by_rota=True)
    nina = world.person("Nina", team=nights)
    world.shift(nina, nights, starts=timezone.now() - timedelta(hours=1))
    olga = world.person("Olga", team=day)
    world.shift(olga, day, starts=timezone.now() - timedelta(hours=10))
    world.ticket("Left by the day", held_by=olga, at=timezone.now() - timedelta(hours=9))
    return nina, signed_in(nina)


def test_the_next_shift_sees_the_list_and_accepts_it_in_one_step(night: tuple[Person, Client]):
    nina, client = night

    shown = client.get("/console/shift-change").content.decode()
    done = client.post(f"/console/shift-change/{nina.grants.get().team_id}/acceptance", follow=True).content.decode()

    assert "Left by the day" in shown
    assert "With Olga, Service desk, since" in shown
    assert "1 ticket is with your shift now." in done
    assert "Nothing is handed over now" in done


def test_a_list_longer_than_a_step_says_so_and_goes_on(night: tuple[Person, Client], monkeypatch: pytest.MonkeyPatch):
    nina, client = night
    Desk.objects.update(model="central")
    for subject in ("Second", "Third"):
        world.ticket(subject, held_by=Person.objects.get(name="Olga"))
    Desk.objects.update(model="virtual")
    monkeypatch.setattr(shift_changes, "AT_ONCE", 2)
    accepts = f"/console/shift-change/{nina.grants.get().team_id}/acceptance"

    before = client.get("/console/shift-change").content.decode()
    between = client.post(accepts, follow=True).content.decode()
    after = client.post(accepts, follow=True).content.decode()

    assert "Accept the first 2 of 3" in before
    assert "2 tickets are with your shift now." in between
    assert "Accept all" in between
    assert "1 ticket is with your shift now." in after
    assert "Nothing is handed over now" in after


def test_the_list_costs_the_same_for_one_ticket_and_for_three(
    night: tuple[Person, Client], django_assert_max_num_queries: DjangoAssertNumQueries
):
    _nina, client = night
    client.get("/console/shift-change")

    for _number in range(2):
        with django_assert_max_num_queries(20):
            client.get("/console/shift-change")
        olga = Person.objects.get(name="Olga")
        Desk.objects.update(model="central")
        world.ticket(held_by=olga)
        world.ticket(held_by=olga)
        Desk.objects.update(model="virtual")


def test_an_auditor_is_not_offered_a_list_and_a_stranger_cannot_accept_one(night: tuple[Person, Client]):
    nina, _client = night
    hanna = signed_in(world.person("Hanna", team=world.front(world.desk("hr"))))

    answer = hanna.post(f"/console/shift-change/{nina.grants.get().team_id}/acceptance")

    assert answer.status_code == 403
    assert "Left by the day" not in hanna.get("/console/shift-change").content.decode()
