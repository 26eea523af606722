"""The rota in set-up: a week, new shifts, a calendar brought in and given out; how work is given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from firstline.core.duty.models import Practice, Shift
from firstline.core.people.models import Person, Team
from firstline.web import rota as feeds
from tests import world
from tests.web.console.staff import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.front()


@pytest.fixture
def olga(team: Team) -> Person:
    return world.person("Olga", team=team)


@pytest.fixture
def manager(team: Team) -> Client:
    return signed_in(world.person("Maria", role=world.Role.DESK_MANAGER, over=team.desk))


def test_a_shift_is_put_on_the_rota_for_some_weeks_and_taken_off(team: Team, olga: Person, manager: Client):
    fields = {
        "team": team.pk, "person": olga.pk, "starts_at": "2026-03-23T09:00", "ends_at": "2026-03-23T17:00",
        "weeks": 2,
    }  # fmt: skip

    manager.post("/console/setup/it/rota/new", fields)
    page = manager.get("/console/setup/it/rota?week=2026-03-30").content.decode()
    first = Shift.objects.earliest("starts_at")
    manager.post(f"/console/setup/it/rota/{first.pk}/end")

    assert "09:00–17:00" in page
    assert "Olga" in page
    assert Shift.objects.filter(ended_at=None).count() == 1


def test_who_does_not_work_there_is_refused_beside_the_field(team: Team, olga: Person, manager: Client):
    sergey = world.person("Sergey", team=world.team("Second line", line=2))
    fields = {
        "team": team.pk, "person": sergey.pk, "starts_at": "2026-03-23T09:00", "ends_at": "2026-03-23T17:00",
        "weeks": 1,
    }  # fmt: skip

    answer = manager.post("/console/setup/it/rota/new", fields)

    assert answer.status_code == 422
    assert "does not work in Service desk" in answer.content.decode()
    assert not Shift.objects.exists()


def _shift_of(team: Team, olga: Person) -> Shift:
    return world.shift(olga, team, starts=datetime(2026, 3, 23, 9, tzinfo=UTC))


def test_a_shift_is_changed_in_its_place_in_the_week(team: Team, olga: Person, manager: Client):
    shift = _shift_of(team, olga)
    oleg, nights = world.person("Oleg", team=team), world.team("Night desk")
    world.grant(oleg, "operator", over=nights)

    opened = manager.get(f"/console/setup/it/rota?shift={shift.pk}").content.decode()
    fields = {"team": nights.pk, "person": oleg.pk, "starts_at": "2026-03-24T20:00", "ends_at": "2026-03-25T04:00"}
    answer = manager.post(f"/console/setup/it/rota/{shift.pk}", fields, follow=True)

    assert 'value="2026-03-23T09:00"' in opened
    assert "20:00–04:00" in answer.content.decode()
    shift.refresh_from_db()
    assert (shift.person, shift.team, shift.starts_at) == (oleg, nights, datetime(2026, 3, 24, 20, tzinfo=UTC))


def test_a_change_that_cannot_be_is_refused_in_its_place(team: Team, olga: Person, manager: Client):
    shift = _shift_of(team, olga)
    world.shift(olga, team, starts=datetime(2026, 3, 24, 9, tzinfo=UTC))
    fields = {"team": team.pk, "person": olga.pk, "starts_at": "2026-03-24T08:00", "ends_at": "2026-03-24T12:00"}

    answer = manager.post(f"/console/setup/it/rota/{shift.pk}", fields)

    assert answer.status_code == 422
    assert "They are on shift for Service desk already from 2026-03-24 09:00" in answer.content.decode()
    shift.refresh_from_db()
    assert shift.starts_at == datetime(2026, 3, 23, 9, tzinfo=UTC)


def test_a_shift_of_another_desk_is_not_there(team: Team, olga: Person, manager: Client):
    hr = world.front(world.desk("hr"))
    theirs = _shift_of(hr, world.person("Hanna", team=hr))
    fields = {"team": team.pk, "person": olga.pk, "starts_at": "2026-03-24T08:00", "ends_at": "2026-03-24T12:00"}

    assert manager.post(f"/console/setup/it/rota/{theirs.pk}", fields).status_code == 404
    assert 'name="starts_at"' not in manager.get(f"/console/setup/it/rota?shift={theirs.pk}").content.decode()


def test_of_several_weeks_all_are_put_on_the_rota_or_none(team: Team, olga: Person, manager: Client):
    world.shift(olga, team, starts=datetime(2026, 3, 30, 12, tzinfo=UTC))
    fields = {
        "team": team.pk, "person": olga.pk, "starts_at": "2026-03-23T09:00", "ends_at": "2026-03-23T17:00", "weeks": 3,
    }  # fmt: skip

    answer = manager.post("/console/setup/it/rota/new", fields)

    assert answer.status_code == 422
    assert Shift.objects.count() == 1


def test_a_calendar_is_brought_in_by_address_or_name_and_given_out_as_a_feed(team: Team, olga: Person, manager: Client):
    begins = (timezone.now() + timedelta(days=2)).strftime("%Y%m%dT090000Z")
    ends = (timezone.now() + timedelta(days=2)).strftime("%Y%m%dT170000Z")
    event = "BEGIN:VEVENT\r\nUID:{0}\r\n{1}\r\nDTSTART:{2}\r\nDTEND:{3}\r\nEND:VEVENT\r\n"
    who = ("ATTENDEE:mailto:olga@example.org", "SUMMARY:olga", "SUMMARY:Nobody")
    events = "".join(event.format(number, words, begins, ends) for number, words in enumerate(who))
    raw = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{events}END:VCALENDAR\r\n".encode()

    sent = {"team_id": team.pk, "file": SimpleUploadedFile("rota.ics", raw)}
    page = manager.post("/console/setup/it/rota/import", sent, follow=True).content.decode()
    feed = Client().get(feeds.address(team))

    assert "2 shifts were imported." in page
    assert feed["Content-Type"] == "text/calendar; charset=utf-8"
    given = [str(each["SUMMARY"]) for each in Calendar.from_ical(feed.content).walk("VEVENT")]
    assert given == ["Olga: Service desk"] * 2


def test_a_feed_without_its_signature_is_not_there(team: Team):
    assert Client().get(f"/rota/{team.pk}:forged.ics").status_code == 404


def test_a_week_costs_the_same_for_one_shift_and_for_three(
    team: Team, olga: Person, manager: Client, django_assert_max_num_queries: DjangoAssertNumQueries
):
    for number in range(2):
        world.shift(olga, team, starts=timezone.now() + timedelta(hours=number))
        world.shift(olga, team, starts=timezone.now() + timedelta(hours=number + 1))
        with django_assert_max_num_queries(10):
            manager.get("/console/setup/it/rota")


def test_how_a_team_gets_its_work_is_changed_and_what_it_asks_stays(team: Team, manager: Client):
    world.practice(team, asks=[{"key": "till", "type": "text", "label": {"en": "Till"}}])

    manager.post(f"/console/setup/it/practices/{team.pk}", {"mode": "round_robin", "by_rota": "on", "lapse": "90"})

    practice = Practice.objects.get(team=team)
    assert (practice.mode, practice.by_rota, practice.lapse_for) == ("round_robin", True, timedelta(minutes=90))
    assert len(practice.asks) == 1
    page = manager.get("/console/setup/it/practices").content.decode()
    assert "It is given in turn" in page
