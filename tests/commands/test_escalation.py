"""Clocks that come to a level are told of once, in order, and their rules do what they say."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from firstline.commands import classification, conversation, escalation, escalation_deeds, ownership, progress
from firstline.commands.turn import REACT
from firstline.core.journal import queries as journal
from firstline.core.outbox.models import Job, Letter
from firstline.core.sla.models import Alarm, Clock, EscalationRule
from firstline.core.tickets.states import State
from firstline.worker import reactions
from tests import rules, world

pytestmark = pytest.mark.django_db
Action, Whom = EscalationRule.Action, EscalationRule.Whom


def rule(position=1, *, action=Action.NOTIFY, whom=Whom.STEWARD, of=None, **columns):
    """Return a rule of escalation of the desk; about resolving, at its deadline, unless told otherwise."""
    if "percent" not in columns:
        columns.setdefault("offset_for", timedelta(0))
    columns = {"clock": "resolve", **columns}
    return EscalationRule.objects.create(
        desk=of or world.desk(), position=position, action=action, whom="" if action in _ALONE else whom, **columns
    )  # fmt: skip


_ALONE = (Action.RAISE_PRIORITY, Action.HAND_OVER, Action.MAJOR_INCIDENT)


@pytest.fixture
def olga():
    world.agreement(targets={"resolve": 28800})
    return world.person("Olga", team=world.front())


def levels(ticket):
    """Return what a ticket's chain tells of its levels: kind, level, day and time."""
    told = [entry for entry in journal.told(ticket.chain) if "level" in entry.facts]
    return [
        (one.kind, one.facts.get("percent", one.facts["level"]), f"{one.happened_at:%d %H:%M}") for one in told
    ]  # fmt: skip


def swept(**later):
    return escalation.sweep(now=world.now(**later))


def done_by_the_worker():
    """Do what is owed to facts, as the worker would."""
    for job in Job.objects.filter(kind=REACT, state="waiting").order_by("id"):
        reactions.react.func(entry=job.payload["entry"])
        Job.objects.filter(pk=job.pk).update(state="done", done_at=world.NINE)


def test_a_deadline_that_passes_is_told_once_at_the_instant_it_passed(olga):
    ticket = world.ticket(held_by=olga)
    assert swept(hours=8, minutes=-1) == 0

    assert swept(days=1) == 1
    assert swept(days=2) == 0

    assert levels(ticket) == [("clock breached", "due", "02 17:00")]
    assert Clock.objects.get(ticket=ticket).next_at is None
    rules.must_hold()


def test_after_a_day_of_downtime_each_level_is_told_once_in_order_in_one_pass(olga):
    rule(1, percent=50)
    rule(2, percent=75)
    rule(3, offset_for=timedelta(hours=1))
    rule(4, offset_for=timedelta(hours=-1))
    ticket = world.ticket(held_by=olga)

    assert swept(days=1, hours=2) == 1
    assert swept(days=1, hours=2) == 0

    assert levels(ticket) == [
        ("clock warned", 50, "02 13:00"),
        ("clock warned", 75, "02 15:00"),
        ("clock warned", f"rule:{EscalationRule.objects.get(position=4).pk}", "02 16:00"),
        ("clock breached", "due", "02 17:00"),
        ("escalated", f"rule:{EscalationRule.objects.get(position=3).pk}", "03 10:00"),
    ]
    assert Alarm.objects.count() == 5
    rules.must_hold()


def test_no_level_can_be_told_twice(olga):
    ticket = world.ticket(held_by=olga)
    swept(days=1)
    alarm = Alarm.objects.get(ticket=ticket)

    with pytest.raises(IntegrityError, match=r"(?i)unique"), transaction.atomic():
        Alarm.objects.create(ticket=ticket, clock=alarm.clock, level="due", reached_at=world.NINE, told_at=world.NINE)


def test_a_clock_that_waits_reaches_no_level_and_one_that_was_met_neither(olga):
    rule(percent=50)
    waiting, met = world.ticket(held_by=olga), world.ticket(held_by=olga)
    progress.wait(
        ticket_id=waiting.pk, by_id=olga.pk, on=State.WAITING_REQUESTER, why="", now=world.now(hours=1)
    )  # fmt: skip
    progress.resolve(ticket_id=met.pk, by_id=olga.pk, how="Done.", now=world.now(hours=1))

    assert swept(days=1) == 0
    progress.resume(ticket_id=waiting.pk, by_id=olga.pk, now=world.now(days=1))
    assert swept(days=1, hours=2, minutes=59) == 0
    assert swept(days=1, hours=3) == 1

    assert levels(waiting) == [("clock warned", 50, "03 12:00")]


def test_a_rule_speaks_once_for_a_promise_however_often_the_agreement_is_chosen_again(olga):
    world.agreement(targets={"resolve": 28800}, by_priority={1: {"resolve": 14400}, 2: {"resolve": 21600}})
    rule(percent=50, action=Action.RAISE_PRIORITY)
    ticket = world.ticket(held_by=olga)
    swept(hours=4)
    done_by_the_worker()
    ticket.refresh_from_db()
    raised = ticket.priority

    swept(hours=5)
    done_by_the_worker()

    ticket.refresh_from_db()
    assert (raised, ticket.priority) == (2, 2)
    assert levels(ticket) == [("clock warned", 50, "02 13:00")]


def test_a_reopened_ticket_is_not_told_of_the_same_deadline_again(olga):
    ticket = world.ticket(held_by=olga)
    swept(days=1)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(days=1))

    progress.reopen(ticket_id=ticket.pk, by_id=olga.pk, why="", now=world.now(days=1, hours=1))
    swept(days=1, hours=2)

    assert levels(ticket) == [("clock breached", "due", "02 17:00")]


def test_a_rule_is_about_its_clock_its_priority_its_service_and_its_tier_only(olga):
    tills = world.service("tills")
    rule(1, percent=10, service=tills)
    rule(2, percent=20, priority=2)
    rule(3, percent=30, clock="take")
    rule(4, percent=40, tier=world.contract(world.organisation()).tier)
    rule(5, percent=50)
    plain, of_tills = world.ticket(held_by=olga), world.ticket(held_by=olga, service_id=tills.pk)

    swept(hours=5)

    assert levels(plain) == [("clock warned", 50, "02 13:00")]
    assert levels(of_tills) == [("clock warned", 10, "02 09:48"), ("clock warned", 50, "02 13:00")]


def test_a_notice_goes_to_whom_the_rule_names_and_once(olga):
    world.account(olga)
    rule(percent=50)
    ticket = world.ticket(held_by=olga)
    swept(hours=4)

    done_by_the_worker()
    entry = world.newest(ticket)
    reactions.react.func(entry=Job.objects.filter(kind=REACT).latest("id").payload["entry"])

    assert entry.facts["action"] == "notify"
    assert list(Letter.objects.filter(kind="escalated").values_list("person", flat=True)) == [olga.pk]


def test_a_manager_is_called_in_and_a_refused_deed_is_kept_with_its_reason(olga):
    boss = world.person("Boss", role=world.Role.DESK_MANAGER, over=world.desk())
    rule(1, percent=50, action=Action.CALL_IN, whom=Whom.MANAGER)
    second = world.team("Second line", line=2)
    rule(2, percent=60, action=Action.HAND_OVER, team=second)
    rule(3, percent=70, action=Action.HAND_OVER, team=second)
    ticket = world.ticket(held_by=olga)

    swept(hours=6)
    done_by_the_worker()

    ticket.refresh_from_db()
    assert ticket.participants.get(person=boss).part == "called_in"
    assert ticket.offered_to == second
    troubles = list(Alarm.objects.exclude(rule=None).order_by("pk").values_list("trouble", flat=True))
    assert troubles[:2] == ["", ""]
    assert "has not answered" in troubles[2]
    assert list(Letter.objects.filter(kind="escalated").values_list("person", flat=True)) == [boss.pk]
    rules.must_hold()


def test_a_deed_is_done_once_and_not_at_all_when_the_clock_has_ended_meanwhile(olga):
    rule(percent=50, action=Action.RAISE_PRIORITY)
    ticket = world.ticket(held_by=olga)
    swept(hours=4)
    progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(hours=4, minutes=1))
    alarm = Alarm.objects.get()

    first = escalation_deeds.carry_out(alarm_id=alarm.pk, now=world.now(hours=5))
    again = escalation_deeds.carry_out(alarm_id=alarm.pk, now=world.now(hours=6))

    ticket.refresh_from_db()
    assert (ticket.priority, first.done_at, again.done_at) == (3, world.now(hours=5), world.now(hours=5))
    assert "has ended" in first.trouble


def test_a_major_incident_can_be_begun_by_a_rule(olga):
    rule(action=Action.MAJOR_INCIDENT)
    ticket = world.ticket(held_by=olga)
    swept(days=1)

    done_by_the_worker()

    assert "major declared" in world.told(ticket)


def test_a_team_that_does_not_answer_an_offer_is_told_of(olga):
    second = world.team("Second line", line=2)
    nina = world.person("Nina", team=second)
    world.agreement("Second line OLA", team=second, targets={"accept": 1800})
    rule(clock="accept", percent=50, whom=Whom.TEAM, team=second)
    ticket = world.ticket(held_by=olga)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.NINE)

    swept(minutes=15)
    done_by_the_worker()

    assert levels(ticket) == [("clock warned", 50, "02 09:15")]
    assert list(Letter.objects.filter(kind="escalated").values_list("person", flat=True)) == [nina.pk]


def test_registering_looks_ahead_to_the_first_level_and_an_answer_stops_it(olga):
    world.agreement(targets={"first_response": 3600})
    rule(clock="first_response", percent=50)
    ticket = world.ticket(held_by=olga)
    first = Clock.objects.get(ticket=ticket)

    conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="Hello.", now=world.now(minutes=20))

    assert first.next_at == world.now(minutes=30)
    assert swept(hours=3) == 0


def test_a_new_priority_moves_the_levels(olga):
    world.agreement(by_priority={1: {"resolve": 7200}})
    rule(percent=50)
    ticket = world.ticket(held_by=olga)

    classification.set_priority(
        ticket_id=ticket.pk, by_id=olga.pk, impact=1, urgency=1, why="All.", now=world.now(minutes=10)
    )  # fmt: skip
    swept(hours=1)

    assert levels(ticket) == [("clock warned", 50, "02 10:00")]


def test_a_batch_takes_the_same_number_of_statements_for_one_and_for_three(olga, django_assert_max_num_queries):
    rule(percent=50)
    for _ in range(3):
        world.ticket(held_by=olga)

    with django_assert_max_num_queries(24):
        assert swept(hours=4) == 3


def test_idle_the_sweep_asks_one_question(olga, django_assert_num_queries):
    world.ticket(held_by=olga)

    with django_assert_num_queries(1):
        assert swept(minutes=1) == 0
