"""What teams promise one another: to answer an offer, to work on a holding or a task, on clocks of their own."""

from datetime import timedelta

import pytest

from firstline.commands import classification, ownership, progress, structure, tasks
from firstline.commands.setup import agreements
from firstline.commands.setup.desks import KeyTaken
from firstline.core.kernel.refusals import BadInput
from firstline.core.ownership.models import Holding
from firstline.core.sla.models import Clock
from firstline.core.tickets.states import State
from tests import rules, world

pytestmark = pytest.mark.django_db
OWN = {"accept": 1800, "work": 14400}


@pytest.fixture
def lines():
    """Return Olga of the first line, Sergey of the second, which promises to accept in 30 minutes and work in 4 h."""
    second = world.team("Second line", line=2)
    olga = world.person("Olga", team=world.team("Service desk"))
    sergey = world.person("Sergey", team=second)
    world.agreement()
    world.agreement("Second line OLA", team=second, targets=OWN)
    return olga, sergey, second


def clocks(ticket):
    """Return the teams' clocks of a ticket: kind, state, hours and minutes of the deadline."""
    rows = Clock.objects.filter(ticket=ticket).exclude(holding=None, task=None).order_by("pk")
    return [(row.kind, row.state, f"{row.due_at:%H:%M}" if row.due_at else None) for row in rows]


def handed(olga, second, **asked):
    """Return a ticket that Olga took at nine and offered to the second line at ten."""
    ticket = world.ticket(held_by=olga, **asked)
    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.now(hours=1))
    return ticket


def test_an_offer_starts_the_clock_of_the_answer_and_accepting_it_that_of_the_work(lines):
    olga, sergey, second = lines
    ticket = handed(olga, second)
    offered = clocks(ticket)

    ownership.accept(ticket_id=ticket.pk, by_id=sergey.pk, now=world.now(hours=1, minutes=10))

    assert offered == [("accept", "running", "10:30")]
    assert clocks(ticket) == [("accept", "met", "10:30"), ("work", "running", "14:10")]
    assert world.newest(ticket).facts["team_stopped"] == {"accept": "met"}


def test_the_promise_to_the_requester_runs_on_while_the_ticket_is_elsewhere(lines):
    olga, sergey, second = lines
    ticket = world.ticket(held_by=olga)
    before = list(Clock.objects.filter(ticket=ticket, holding=None).values_list("kind", "state", "due_at"))

    ownership.hand_over(ticket_id=ticket.pk, by_id=olga.pk, to_team_id=second.pk, why="", now=world.now(hours=1))
    ownership.accept(ticket_id=ticket.pk, by_id=sergey.pk, now=world.now(hours=2))

    assert list(Clock.objects.filter(ticket=ticket, holding=None).values_list("kind", "state", "due_at")) == before
    rules.must_hold()


def test_declining_in_time_is_an_answer_and_an_offer_withdrawn_is_none(lines):
    olga, sergey, second = lines
    ticket = handed(olga, second)
    ownership.decline(ticket_id=ticket.pk, by_id=sergey.pk, why="Not ours.", now=world.now(hours=1, minutes=40))
    other = handed(olga, second)

    ownership.withdraw_offer(ticket_id=other.pk, by_id=olga.pk, now=world.now(hours=1, minutes=5))

    assert clocks(ticket) == [("accept", "missed", "10:30")]
    assert clocks(other) == [("accept", "ended", "10:30")]


def test_an_offer_that_lapses_was_missed_if_its_answer_was_due_and_is_not_owed_else(lines):
    olga, _sergey, second = lines
    late, early = handed(olga, second), handed(olga, second)
    Holding.objects.filter(ticket=late).update(lapses_at=world.now(hours=2))
    Holding.objects.filter(ticket=early).update(lapses_at=world.now(hours=1, minutes=20))

    ownership.lapse_offer(ticket_id=early.pk, now=world.now(hours=1, minutes=20))
    ownership.lapse_offer(ticket_id=late.pk, now=world.now(hours=2))

    assert clocks(late) == [("accept", "missed", "10:30")]
    assert world.newest(late).facts["team_stopped"] == {"accept": "missed"}
    assert clocks(early) == [("accept", "ended", "10:30")]
    assert Clock.objects.get(ticket=early, kind="accept").why == "lapsed"
    assert "team_stopped" not in world.newest(early).facts
    rules.must_hold()


def test_the_work_rests_while_the_ticket_waits_and_ends_with_the_return(lines):
    olga, sergey, second = lines
    ticket = handed(olga, second)
    ownership.accept(ticket_id=ticket.pk, by_id=sergey.pk, now=world.now(hours=1))
    progress.wait(
        ticket_id=ticket.pk, by_id=sergey.pk, on=State.WAITING_REQUESTER, why="", now=world.now(hours=2)
    )  # fmt: skip
    waiting = clocks(ticket)[-1]
    progress.resume(ticket_id=ticket.pk, by_id=sergey.pk, now=world.now(hours=3))
    resumed = clocks(ticket)[-1]

    ownership.return_(ticket_id=ticket.pk, by_id=sergey.pk, findings="The fuser.", now=world.now(hours=5))

    assert (waiting, resumed) == (("work", "paused", None), ("work", "running", "15:00"))
    assert clocks(ticket)[-1] == ("work", "met", "15:00")
    rules.must_hold()


def test_an_offer_is_answered_and_a_task_worked_on_even_while_the_ticket_waits(lines):
    olga, _sergey, second = lines
    ticket = handed(olga, second)
    other = world.ticket(held_by=olga)
    tasks.ask_task(ticket_id=other.pk, by_id=olga.pk, team_id=second.pk, what="Check the switch.", now=world.NINE)

    for waiting in (ticket, other):
        progress.wait(
            ticket_id=waiting.pk, by_id=olga.pk, on=State.WAITING_THIRD_PARTY, why="", now=world.now(hours=1)
        )  # fmt: skip

    assert clocks(ticket) == [("accept", "running", "10:30")]
    assert clocks(other) == [("work", "running", "13:00")]


def test_each_task_has_its_own_clock(lines):
    olga, sergey, second = lines
    ticket = world.ticket(held_by=olga)
    first = tasks.ask_task(ticket_id=ticket.pk, by_id=olga.pk, team_id=second.pk, what="One.", now=world.NINE)
    other = tasks.ask_task(ticket_id=ticket.pk, by_id=olga.pk, team_id=second.pk, what="Two.", now=world.now(hours=1))

    tasks.finish_task(task_id=first.pk, by_id=sergey.pk, result="Done.", now=world.now(hours=5))
    tasks.withdraw_task(task_id=other.pk, by_id=olga.pk, now=world.now(hours=5))

    assert clocks(ticket) == [("work", "missed", "13:00"), ("work", "ended", "14:00")]


def test_a_merge_ends_the_teams_clocks_and_undoing_it_starts_them_again(lines):
    olga, _sergey, second = lines
    ticket, into = handed(olga, second), world.ticket(held_by=olga)
    structure.merge(ticket_id=ticket.pk, by_id=olga.pk, into_id=into.pk, now=world.now(hours=1, minutes=5))
    merged = clocks(ticket)

    structure.unmerge(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(hours=1, minutes=9))

    assert (merged, clocks(ticket)) == ([("accept", "ended", "10:30")], [("accept", "running", "10:30")])
    rules.must_hold()


def test_another_priority_leaves_the_teams_clocks_as_they_were_promised(lines):
    olga, _sergey, second = lines
    ticket = handed(olga, second)
    before = clocks(ticket)

    classification.set_priority(
        ticket_id=ticket.pk, by_id=olga.pk, impact=1, urgency=1, why="All of them.", now=world.now(hours=1, minutes=1)
    )

    assert clocks(ticket) == before


def test_a_team_that_promised_nothing_has_no_clock(lines):
    olga, _sergey, _second = lines
    ticket = handed(olga, world.team("Billing", line=3))

    assert clocks(ticket) == []


def test_a_teams_promise_is_of_its_own_kinds_and_binds_no_customer(lines):
    boss = world.person("Boss", role=world.Role.ADMINISTRATOR)
    calendar = world.calendar().calendar_id
    billing = world.team("Billing", line=3)

    def made(**given):
        return agreements.make_agreement(
            desk_id=world.desk().pk, name="Ours", calendar_id=calendar, by_id=boss.pk, now=world.NINE, **given
        )

    hour = timedelta(hours=1)
    with world.refused(BadInput):
        made(team_id=billing.pk, targets={1: {"resolve": hour}})
    with world.refused(BadInput):
        made(targets={1: {"accept": hour}})
    with world.refused(BadInput):
        made(team_id=billing.pk, service_id=world.service().pk, targets={1: {"accept": hour}})
    with world.refused(KeyTaken):
        made(team_id=lines[2].pk, targets={1: {"accept": hour}})

    assert made(team_id=billing.pk, targets={1: {"accept": hour}}).targets == {"1": {"accept": 3600}}
