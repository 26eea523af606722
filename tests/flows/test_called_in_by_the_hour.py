"""A promise that is nearly broken goes up: by a rule's level to whoever leads at that hour, over three sites."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from firstline.commands import escalation, escalation_deeds
from firstline.core.outbox.models import Job, Letter
from firstline.core.people.models import Person
from firstline.core.sla.models import Alarm, EscalationRule
from firstline.core.tickets.models import Participant, Ticket
from firstline.worker import reactions
from tests import rules, world

pytestmark = pytest.mark.django_db

ALWAYS = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
# Who leads where, and when by their own clocks: Tokyo from 00:00 UTC, Berlin from 07:00, New York from 14:00 to 23:00.
LEADING = {"Akira": ("Asia/Tokyo", 9, 8), "Birgit": ("Europe/Berlin", 8, 8), "Nell": ("America/New_York", 9, 9)}
Action, Whom = EscalationRule.Action, EscalationRule.Whom


@pytest.fixture
def leading() -> dict[str, Person]:
    """Return the managers of a desk that promises to resolve within an hour, each on shifts at their own site."""
    desk = world.desk(model="virtual")
    world.agreement(targets={"resolve": 3600}, on=world.calendar("Always", hours=ALWAYS))
    found = {}
    for name, (zone, opens, hours) in LEADING.items():
        team = world.team(zone, front=name == "Akira")
        found[name] = world.person(name, role=world.Role.DESK_MANAGER, over=desk)
        for day in (1, 2, 3):
            world.shift(found[name], team, starts=datetime(2026, 3, day, opens, tzinfo=ZoneInfo(zone)), hours=hours)
    return found


def _rule(position: int, percent: int, action: str, whom: str) -> None:
    EscalationRule.objects.create(
        desk=world.desk(), position=position, clock="resolve", percent=percent, action=action, whom=whom
    )  # fmt: skip


def _called_in(ticket: Ticket) -> list[str]:
    called = Participant.objects.filter(ticket=ticket, part=Participant.Part.CALLED_IN, ended_at=None)
    return sorted(called.values_list("person__name", flat=True))


def _half_past(hour: int) -> list[str]:
    """Return who is called in to a ticket registered at that hour, when half of its time has passed."""
    at = datetime(2026, 3, 2, hour, tzinfo=UTC)
    ticket = world.ticket(at=at)
    escalation.sweep(now=at + timedelta(minutes=30))
    escalation_deeds.carry_out(alarm_id=Alarm.objects.get(ticket=ticket).pk, now=at + timedelta(minutes=30))
    return _called_in(ticket)


def test_whoever_is_on_duty_at_that_hour_is_called_in_at_whichever_site(leading: dict[str, Person]):
    _rule(1, 50, Action.CALL_IN, Whom.MANAGER)

    assert [_half_past(hour) for hour in (3, 9, 20)] == [["Akira"], ["Birgit"], ["Nell"]]
    rules.must_hold()


def test_in_an_hour_without_a_shift_all_are_called_in_but_who_is_absent(leading: dict[str, Person]):
    _rule(1, 50, Action.CALL_IN, Whom.MANAGER)
    world.absence(leading["Nell"])

    assert _half_past(23) == ["Akira", "Birgit"]
    assert _half_past(20) == ["Akira", "Birgit"]


def test_each_level_goes_one_step_higher(leading: dict[str, Person]):
    berlin = world.team("Europe/Berlin")
    lena, boss = world.person("Lena", team=berlin, role=world.Role.TEAM_LEAD), world.person("Dora")
    asleep = world.person("Leo", team=berlin, role=world.Role.TEAM_LEAD)
    now = timezone.now()
    world.shift(lena, berlin, starts=now - timedelta(hours=2))
    world.shift(leading["Birgit"], berlin, starts=now - timedelta(hours=2))
    _rule(1, 50, Action.NOTIFY, Whom.LEAD)
    _rule(2, 80, Action.CALL_IN, Whom.MANAGER)
    EscalationRule.objects.create(
        desk=world.desk(), position=3, clock="resolve", offset_for=timedelta(0), action=Action.CALL_IN,
        whom=Whom.PERSON, person=boss,
    )  # fmt: skip
    ticket = world.ticket(at=now - timedelta(hours=2), held_by=world.person("Otto", team=berlin, role="operator"))
    Ticket.objects.filter(pk=ticket.pk).update(team=berlin, steward_team=berlin)

    escalation.sweep(now=now)
    for job in Job.objects.filter(kind="firstline.worker.reactions.react").order_by("pk"):
        reactions.react.call(**job.payload)

    told = set(Letter.objects.filter(kind="escalated").values_list("person__name", flat=True))
    assert "Lena" in told
    assert asleep.name not in told
    assert _called_in(ticket) == ["Birgit", "Dora"]
    levels = [entry for entry in world.told(ticket) if entry in ("clock warned", "clock breached", "escalated")]
    assert levels == ["clock warned", "clock warned", "clock breached", "escalated"]
