"""Two people, or four processes, at one ticket at the same moment: each is done or told why not."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from firstline.commands import intake, ownership, participants, progress, registration, structure, tasks
from firstline.core.intake.models import Envelope
from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from firstline.core.kernel.refusals import Refused
from firstline.core.people.models import Person, Team
from firstline.core.tickets.models import Ticket
from tests import rules, together, world

pytestmark = pytest.mark.django_db(transaction=True)

# How often each of four processes acts; the benchmark asks for more.
ROUNDS = int(os.environ.get("FIRSTLINE_ROUNDS", "12"))


@pytest.fixture
def first(transactional_db: None) -> Team:
    return world.team()


@pytest.fixture
def olga(first: Team) -> Person:
    return world.person("Olga", team=first)


@pytest.fixture
def oleg(first: Team) -> Person:
    return world.person("Oleg", team=first)


def _told_once(ticket: Ticket, kind: str) -> bool:
    return world.told(ticket).count(kind) == 1


def test_two_operators_take_one_ticket_and_one_is_told_who_has_it(olga: Person, oleg: Person):
    ticket = world.ticket()

    outcomes = together.at_once(
        lambda: ownership.take(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(minutes=1)),
        lambda: ownership.take(ticket_id=ticket.pk, by_id=oleg.pk, now=world.now(minutes=1)),
    )

    [refusal] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    ticket.refresh_from_db()
    assert isinstance(refusal, ownership.AlreadyTaken)
    assert str(refusal) == f"{ticket.assignee} took this ticket at 09:01 UTC."
    assert _told_once(ticket, "taken")
    rules.must_hold()


def test_the_same_form_posted_twice_at_once_is_one_ticket(first: Team):
    rita, desk_id = world.person("Rita"), first.desk_id

    def send() -> intake.Settled:
        def settle(envelope: Envelope) -> intake.Settled:
            request = registration.Request(desk_id=desk_id, requester_id=rita.pk, text="Twice.", channel="form")
            made = registration.register(request=request, by_id=rita.pk, now=world.NINE, envelope_id=envelope.pk)
            return intake.Settled("registered", made.pk)

        return intake.receive(
            channel="form", source_id="once", raw=b"form", person_id=rita.pk, now=world.NINE, settle=settle
        )

    outcomes = together.at_once(send, send, send)

    assert sorted(outcome.outcome for outcome in outcomes) == ["duplicate", "duplicate", "registered"]
    assert len({outcome.ticket_id for outcome in outcomes}) == 1
    assert Ticket.objects.count() == 1
    rules.must_hold()


Deed = Callable[..., Any]


@pytest.mark.parametrize(
    ("kind", "deed"),
    [
        ("resolved", lambda ticket, olga, rita, now: progress.resolve(ticket_id=ticket, by_id=olga, how="x", now=now)),
        ("withdrawn", lambda ticket, olga, rita, now: progress.withdraw(ticket_id=ticket, by_id=rita, why="", now=now)),
        ("participant added", lambda ticket, olga, rita, now: participants.add_participant(
            ticket_id=ticket, by_id=olga, person_id=Person.objects.get(name="Gosha").pk, now=now)),
    ],
)  # fmt: skip
def test_what_can_happen_once_happens_once(first: Team, olga: Person, kind: str, deed: Deed):
    rita, _gosha = world.person("Rita"), world.person("Gosha")
    ticket = world.ticket(requester=rita, held_by=olga)

    outcomes = together.at_once(*[lambda: deed(ticket.pk, olga.pk, rita.pk, world.now(minutes=1))] * 3)

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 2
    assert [
        outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, Refused)
    ] == []
    assert _told_once(ticket, kind)
    rules.must_hold()


def test_a_task_is_finished_once_and_the_other_is_told_by_whom(olga: Person):
    billing = world.team("Billing", line=3)
    bella, brian = world.person("Bella", team=billing), world.person("Brian", team=billing)
    task = tasks.ask_task(
        ticket_id=world.ticket(held_by=olga).pk, by_id=olga.pk, team_id=billing.pk, what="Paid?", now=world.NINE
    )

    outcomes = together.at_once(
        lambda: tasks.finish_task(task_id=task.pk, by_id=bella.pk, result="Yes.", now=world.now(minutes=1)),
        lambda: tasks.finish_task(task_id=task.pk, by_id=brian.pk, result="No.", now=world.now(minutes=1)),
    )

    [refusal] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    task.refresh_from_db()
    assert isinstance(refusal, tasks.TaskEnded)
    assert str(task.finished_by) in str(refusal)
    rules.must_hold()


def test_two_tickets_merged_into_each_other_leave_one_open(olga: Person):
    rita = world.person("Rita")
    one, other = world.ticket(requester=rita), world.ticket(requester=rita)

    outcomes = together.at_once(
        lambda: structure.merge(ticket_id=one.pk, into_id=other.pk, by_id=olga.pk, now=world.now(minutes=1)),
        lambda: structure.merge(ticket_id=other.pk, into_id=one.pk, by_id=olga.pk, now=world.now(minutes=1)),
    )

    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [structure.Merged]
    assert Ticket.objects.filter(merged_into=None).count() == 1
    rules.must_hold()


def test_four_processes_hand_one_ticket_to_and_fro(first: Team, olga: Person):
    for name, line in (("Second line", 2), ("Billing", 3), ("Night desk", 1)):
        world.person(f"Person of {name}", team=world.team(name, line=line))
    world.agreement()
    ticket = world.ticket(held_by=olga)

    counts = sum(together.in_processes(_dance, [(ticket.pk, seed, ROUNDS) for seed in range(4)]), Counter())

    assert {kind: count for kind, count in counts.items() if kind.startswith("error")} == {}
    assert counts.total() == 4 * ROUNDS
    told = Counter(world.told(ticket))
    assert {kind: counts[kind] for kind in DANCE} == {kind: told[kind] for kind in DANCE}
    assert counts["offered"] > 0
    rules.must_hold()


def test_whoever_appends_without_the_lock_cannot_fork_a_chain(first: Team):
    def add() -> None:
        with transaction.atomic():
            append("thing:1", "tried", by_id=None, at=world.NINE, recorded_at=world.NINE, facts={})

    outcomes = together.at_once(*[add] * 4)

    raised = [outcome for outcome in outcomes if outcome is not None]
    assert {type(outcome) for outcome in raised} <= {IntegrityError}
    seqs = list(Entry.objects.filter(chain="thing:1").order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, 5 - len(raised)))
    rules.must_hold()


def test_four_processes_register_and_no_number_is_given_twice(first: Team, olga: Person):
    desk_id, rita = first.desk_id, world.person("Rita")

    numbers = together.in_processes(_register, [(desk_id, rita.pk, 10) for _process in range(4)])

    assert len({number for each in numbers for number in each}) == 40
    rules.must_hold()


DANCE = ("offered", "accepted", "declined", "offer withdrawn", "returned")


def _dance(ticket_id: int, seed: int, rounds: int) -> Counter[str]:
    """Act `rounds` times as anybody on anything; return what came of it, by kind of fact or name of refusal."""
    chance = random.Random(seed)
    teams = {team.pk: team.grants.values_list("person_id", flat=True)[0] for team in Team.objects.all()}
    counts: Counter[str] = Counter()
    for number in range(rounds):
        team_id, kind = chance.choice(list(teams)), chance.choice(DANCE)
        to_id, now = chance.choice(list(teams)), world.NINE + timedelta(seconds=number)
        try:
            _step(kind, ticket_id, teams[team_id], to_id, now)
            counts[kind] += 1
        except Refused as refusal:
            counts[f"refused: {refusal.code}"] += 1
        except Exception as error:
            counts[f"error: {type(error).__name__}: {error}"] += 1
    return counts


def _step(kind: str, ticket_id: int, by_id: int, to_id: int, now: Any) -> None:
    if kind == "offered":
        ownership.hand_over(ticket_id=ticket_id, by_id=by_id, to_team_id=to_id, why="Yours.", now=now)
    elif kind == "accepted":
        ownership.accept(ticket_id=ticket_id, by_id=by_id, now=now)
    elif kind == "declined":
        ownership.decline(ticket_id=ticket_id, by_id=by_id, why="Not ours.", now=now)
    elif kind == "offer withdrawn":
        ownership.withdraw_offer(ticket_id=ticket_id, by_id=by_id, now=now)
    else:
        ownership.return_(ticket_id=ticket_id, by_id=by_id, findings="Nothing.", now=now)


def _register(desk_id: int, rita_id: int, count: int) -> list[int]:
    request = registration.Request(desk_id=desk_id, requester_id=rita_id, text="Again.")
    return [registration.register(request=request, by_id=rita_id, now=world.NINE).number for _ in range(count)]
