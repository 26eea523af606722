"""A day of a desk that follows the sun over three sites: somebody awake always has it, and no answer is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from firstline.commands import conversation
from firstline.commands.duty import shift_changes, taking
from firstline.core.duty import fronts
from firstline.core.duty.queries import shifts
from firstline.core.insight import passing, supervision
from firstline.core.insight.timeline import story
from firstline.core.kernel.refusals import NotAllowed
from firstline.core.people.models import Desk, Person, Team
from firstline.core.people.rights import scope_of
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE
from tests import rules, world

pytestmark = pytest.mark.django_db

# Eight hours each by their own clocks: Tokyo from 00:00 UTC, Berlin from 07:00, New York from 14:00 to 23:00.
SITES = {"Tokyo": ("Asia/Tokyo", 9, 8), "Berlin": ("Europe/Berlin", 8, 8), "New York": ("America/New_York", 9, 9)}
STEP = timedelta(minutes=30)
ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


@pytest.fixture
def desk() -> Desk:
    """Return a desk of three sites, two people on each shift, that promises an answer within two hours, always."""
    desk = world.desk(model="virtual")
    around_the_clock = world.calendar("Always", hours=ALWAYS)
    world.agreement(targets={"take": 7200, "first_response": 7200, "resolve": 864_000}, on=around_the_clock)
    for name, (zone, opens, hours) in SITES.items():
        team = world.team(name, front=name == "Tokyo")
        team.site = world.site(name, time_zone=zone)
        team.save()
        world.practice(team, by_rota=True)
        for number in (1, 2):
            whom = world.person(f"{name} {number}", team=team)
            for day in (1, 2, 3):
                starts = datetime(2026, 3, day, opens, tzinfo=ZoneInfo(zone))
                world.shift(whom, team, starts=starts, hours=hours)
    return desk


def _on_shift(team: Team, at: datetime) -> list[Person]:
    return [shift.person for shift in shifts(at).filter(team=team).select_related("person").order_by("pk")]


def _change_shift(desk: Desk, at: datetime) -> None:
    """Let somebody of the team that answers now accept what the others lay before it."""
    team = fronts.front_at(desk, at)
    assert team is not None
    people = _on_shift(team, at)
    if people and fronts.changing(desk, team, at).exists():
        shift_changes.accept_list(team_id=team.pk, by_id=people[0].pk, now=at)


def _work(desk: Desk, at: datetime) -> None:
    """Let everybody who is on shift take one ticket, and answer the oldest of theirs that has no answer."""
    for team in fronts.first_lines(desk.pk):
        for person in _on_shift(team, at):
            try:
                taking.take_next(by_id=person.pk, now=at)
            except taking.NothingToTake:
                pass
            waiting = Ticket.objects.filter(assignee=person, answered_at=None).exclude(state__in=DONE).first()
            if waiting:
                conversation.reply(ticket_id=waiting.pk, by_id=person.pk, text="We are on it.", now=at)


def _held_by_somebody_awake(desk: Desk, at: datetime) -> None:
    awake = {team.pk: {person.pk for person in _on_shift(team, at)} for team in fronts.first_lines(desk.pk)}
    if not any(awake.values()):
        return
    for ticket in Ticket.objects.exclude(state__in=DONE):
        assert awake[ticket.steward_team_id or 0], (
            f"{at:%H:%M}: {ticket} answers to {ticket.steward_team}, which sleeps; {world.told(ticket)}"
        )
        assert ticket.steward_id is None or ticket.steward_id in awake[ticket.steward_team_id or 0]
        assert ticket.assignee_id is None or ticket.assignee_id in awake[ticket.team_id or 0]


def test_for_a_day_no_ticket_is_without_an_awake_holder_and_no_first_response_is_late(desk: Desk):
    rita = world.person("Rita")
    begin = datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC"))

    for number in range(int(timedelta(days=1) / STEP) + 1):
        at = begin + number * STEP
        _change_shift(desk, at)
        world.ticket(f"request {number}", requester=rita, at=at)
        _work(desk, at)
        _held_by_somebody_awake(desk, at)

    first = Clock.objects.filter(kind="first_response")
    assert not first.filter(state="missed").exists()
    # What is not answered yet came in the hour in which no site is open, or just now, and is due later.
    assert not first.exclude(state="met").filter(due_at__lte=at).exists()
    assert first.filter(state="met").count() >= 44
    assert {world.told(ticket).count("shift accepted") for ticket in Ticket.objects.order_by("pk")[:3]} == {3}
    rules.must_hold()


def test_a_promise_runs_on_over_the_change_of_shift_as_it_was_given(desk: Desk):
    at = datetime(2026, 3, 2, 6, tzinfo=ZoneInfo("UTC"))
    ticket = world.ticket(at=at)
    promised = list(Clock.objects.values_list("kind", "due_at", "state"))

    _change_shift(desk, at + timedelta(hours=2))

    ticket.refresh_from_db()
    assert ticket.steward_team.name == "Berlin"
    assert list(Clock.objects.values_list("kind", "due_at", "state")) == promised


def test_a_change_of_shift_is_nobodys_hand_over(desk: Desk):
    at = datetime(2026, 3, 2, 6, tzinfo=ZoneInfo("UTC"))
    ticket = world.ticket(at=at, held_by=Person.objects.get(name="Tokyo 1"))

    for hours in (2, 9, 18, 26):
        _change_shift(desk, at + timedelta(hours=hours))

    ticket.refresh_from_db()
    manager = world.person("Maria", role=world.Role.DESK_MANAGER, over=desk)
    scope = scope_of(manager.pk)
    told = story(ticket, scope, staff=True)
    assert world.told(ticket).count("shift accepted") == 4
    assert ticket.hand_overs == 0
    assert supervision.passed([ticket.pk]) == []
    assert passing.handed(ticket.pk, told) == []
    rules.must_hold()


def test_nobody_accepts_for_another_team_nor_when_nothing_is_handed_over(desk: Desk):
    at = datetime(2026, 3, 2, 10, tzinfo=ZoneInfo("UTC"))
    berlin, tokyo = Team.objects.get(name="Berlin"), Person.objects.get(name="Tokyo 1")
    with world.refused(shift_changes.NothingHandedOver):
        shift_changes.accept_list(team_id=berlin.pk, by_id=Person.objects.get(name="Berlin 1").pk, now=at)

    with world.refused(NotAllowed):
        shift_changes.accept_list(team_id=berlin.pk, by_id=tokyo.pk, now=at)


def test_who_answers_is_the_front_the_site_or_whoever_is_awake(desk: Desk):
    def at(hour: int) -> str:
        return str(fronts.front_at(desk, datetime(2026, 3, 2, hour, tzinfo=ZoneInfo("UTC"))))

    assert [at(hour) for hour in (3, 7, 12, 14, 20, 23)] == [
        "Tokyo", "Berlin", "Berlin", "New York", "New York", "Tokyo"
    ]  # fmt: skip
    desk.model = "central"
    assert at(12) == "Tokyo"
    desk.model = "local"
    here = Team.objects.get(name="New York").site_id
    assert str(fronts.front_at(desk, world.NINE, site_id=here)) == "New York"
    assert str(fronts.front_at(desk, world.NINE)) == "Tokyo"


def test_a_site_without_shifts_is_open_by_its_calendar(desk: Desk):
    night = world.calendar("Night", hours={"mon": [["20:00", "24:00"]]})
    owls = world.team("Owls", front=False)
    world.practice(owls, calendar=night.calendar)
    at = datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("UTC"))

    assert fronts.front_at(desk, at) == owls
    assert fronts.closing_times([owls], at) == {owls.pk: at + timedelta(minutes=30)}
    assert fronts.closing_times([owls], at - timedelta(hours=4)) == {}
