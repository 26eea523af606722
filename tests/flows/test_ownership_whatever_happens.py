"""Whatever is done to a ticket, in whatever order, by whomever: someone answers for it, and its chain gives its row."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from firstline.commands import classification, conversation, escalation, ownership, progress, structure, tasks
from firstline.commands.duty import assigning, ranking, taking
from firstline.commands.setup import grants
from firstline.core.duty.models import Absence
from firstline.core.kernel.refusals import Refused
from firstline.core.ownership.models import Task
from firstline.core.people.models import Grant, Team
from firstline.core.tickets.states import State
from firstline.worker import timers
from tests import rules, world

PEOPLE = ("Olga", "Oleg", "Nina", "Sergey", "Bella", "Lena", "Rita")
TEAMS = ("Service desk", "Night desk", "Second line", "Billing")
# How many stories are tried; more are worth their time when the commands themselves change.
EXAMPLES = int(os.environ.get("FIRSTLINE_EXAMPLES", "20"))
who, where = st.sampled_from(PEOPLE), st.sampled_from(TEAMS)


class Ownership(RuleBasedStateMachine):
    """One ticket, and another it may be merged with; every rule is something somebody tries."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.now = world.NINE

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @initialize(second=st.booleans())
    def begin(self, second: bool) -> None:
        """Register the two tickets, with the first or with the second line."""
        desk = world.team(TEAMS[0])
        night, lower, billing = world.team(TEAMS[1]), world.team(TEAMS[2], line=2), world.team(TEAMS[3], line=3)
        world.agreement(by_priority={1: {"take": 300, "resolve": 3600}})
        world.agreement("Between teams", team=lower, targets={"accept": 600, "work": 3600})
        members = {"Olga": desk, "Oleg": desk, "Nina": night, "Sergey": lower, "Bella": billing}
        self.people = {name: world.person(name, team=team).pk for name, team in members.items()}
        self.people["Lena"] = world.person("Lena", team=desk, role=world.Role.TEAM_LEAD).pk
        rita = world.person("Rita", organisation=world.organisation())
        self.people["Rita"] = rita.pk
        world.practice(lower, mode="round_robin", lapse_for=timedelta(hours=2))
        self.teams = {team.name: team.pk for team in Team.objects.all()}
        service = world.service("servers", team=lower if second else None)
        self.ticket = world.ticket(requester=rita, service_id=service.pk).pk
        self.other = world.ticket(requester=rita).pk

    def tried(self, command: Any, by: str, **given: Any) -> None:
        """Try a command some minutes later; being refused is as good as being done."""
        self.now += timedelta(minutes=7)
        names = {"ticket_id": self.ticket, **given}
        try:
            with transaction.atomic():
                command(by_id=self.people[by], now=self.now, **names)
        except Refused:
            pass

    @rule(by=who)
    def take(self, by: str) -> None:
        self.tried(ownership.take, by)

    @rule(by=who, to=who)
    def assign(self, by: str, to: str) -> None:
        self.tried(ownership.assign, by, to_id=self.people[to])

    @rule(by=who, to=where, keep=st.booleans())
    def hand_over(self, by: str, to: str, keep: bool) -> None:
        self.tried(ownership.hand_over, by, to_team_id=self.teams[to], why="", keep_control=keep)

    @rule(by=who)
    def accept(self, by: str) -> None:
        self.tried(ownership.accept, by)

    @rule(by=who)
    def decline(self, by: str) -> None:
        self.tried(ownership.decline, by, why="No.")

    @rule(by=who)
    def withdraw_offer(self, by: str) -> None:
        self.tried(ownership.withdraw_offer, by)

    @rule(by=who)
    def give_back(self, by: str) -> None:
        self.tried(ownership.return_, by, findings="-")

    @rule(by=who, to=who)
    def change_steward(self, by: str, to: str) -> None:
        self.tried(ownership.change_steward, by, to_id=self.people[to])

    @rule(by=who)
    def take_next(self, by: str) -> None:
        self.now += timedelta(minutes=7)
        try:
            with transaction.atomic():
                taking.take_next(by_id=self.people[by], now=self.now)
        except Refused:
            pass

    @rule()
    def give_out(self) -> None:
        self.now += timedelta(minutes=7)
        assigning.give_out(ticket_id=self.ticket, now=self.now)

    @rule()
    def lapse(self) -> None:
        self.now += timedelta(hours=3)
        timers.lapse_offers(self.now)

    @rule(whom=who, deputy=who)
    def be_absent(self, whom: str, deputy: str) -> None:
        person, other = self.people[whom], self.people[deputy]
        if Absence.objects.filter(person=person, ended_at=None).exists() or person == other:
            return
        Absence.objects.create(person_id=person, kind="absent", from_at=self.now, deputy_id=other)
        self.now += timedelta(minutes=7)
        timers.inherit(self.now)

    @rule(whom=who)
    def come_back(self, whom: str) -> None:
        Absence.objects.filter(person=self.people[whom], ended_at=None).update(ended_at=self.now)

    @rule(whom=who)
    def leave(self, whom: str) -> None:
        for grant in Grant.objects.filter(person=self.people[whom], ended_at=None, team__isnull=False):
            self.now += timedelta(minutes=7)
            grants.end_role(grant_id=grant.pk, by_id=None, now=self.now)

    @rule(whom=who, team=where)
    def join_team(self, whom: str, team: str) -> None:
        role = world.Role.OPERATOR if team in TEAMS[:2] else world.Role.SPECIALIST
        try:
            with transaction.atomic():
                grants.grant_role(
                    person_id=self.people[whom], role=role, team_id=self.teams[team], by_id=None, now=self.now
                )
        except Refused:
            pass

    @rule()
    def rank(self) -> None:
        ranking.rank_anew(now=self.now)

    @rule(by=who, team=where)
    def ask_task(self, by: str, team: str) -> None:
        self.tried(tasks.ask_task, by, team_id=self.teams[team], what="?")

    @rule(by=who, verb=st.sampled_from([tasks.finish_task, tasks.withdraw_task]))
    def end_task(self, by: str, verb: Any) -> None:
        task = Task.objects.filter(ticket=self.ticket).order_by("-pk").first()
        if task is None:
            return
        result = {"result": "Done."} if verb is tasks.finish_task else {}
        self.now += timedelta(minutes=7)
        try:
            with transaction.atomic():
                verb(task_id=task.pk, by_id=self.people[by], now=self.now, **result)
        except Refused:
            pass

    @rule(by=who, on=st.sampled_from([State.WAITING_REQUESTER, State.WAITING_THIRD_PARTY]))
    def wait(self, by: str, on: State) -> None:
        self.tried(progress.wait, by, on=on, why="")

    @rule(by=who)
    def plan(self, by: str) -> None:
        self.tried(progress.plan, by, until=self.now + timedelta(days=1), why="")

    @rule(by=who)
    def resume(self, by: str) -> None:
        self.tried(progress.resume, by)

    @rule(by=who)
    def reply(self, by: str) -> None:
        self.tried(conversation.reply, by, text="Hello.")

    @rule()
    def join(self) -> None:
        self.tried(conversation.join, "Rita", text="And?")

    @rule(by=who, urgent=st.booleans())
    def set_priority(self, by: str, urgent: bool) -> None:
        level = 1 if urgent else 3
        self.tried(classification.set_priority, by, impact=level, urgency=level, why="!")

    @rule(days=st.integers(0, 2))
    def sweep(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=7)
        escalation.sweep(now=self.now)

    @rule(by=who)
    def resolve(self, by: str) -> None:
        self.tried(progress.resolve, by, how="Done.")

    @rule(by=who)
    def reopen(self, by: str) -> None:
        self.tried(progress.reopen, by, why="")

    @rule(by=who, verb=st.sampled_from([progress.confirm, progress.close]))
    def close(self, by: str, verb: Any) -> None:
        self.tried(verb, by)

    @rule()
    def withdraw(self) -> None:
        self.tried(progress.withdraw, "Rita", why="")

    @rule(by=who, back=st.booleans())
    def merge(self, by: str, back: bool) -> None:
        one, other = (self.other, self.ticket) if back else (self.ticket, self.other)
        self.tried(structure.merge, by, ticket_id=one, into_id=other)

    @rule(by=who, back=st.booleans())
    def unmerge(self, by: str, back: bool) -> None:
        self.tried(structure.unmerge, by, ticket_id=self.other if back else self.ticket)

    @invariant()
    def everything_is_in_order(self) -> None:
        """See tests/rules.py: chains, rows, steward, holdings, clocks, places."""
        if hasattr(self, "ticket"):
            rules.must_hold()


def test_someone_answers_whatever_happens(db: None):
    run_state_machine_as_test(Ownership, settings=settings(max_examples=EXAMPLES, stateful_step_count=25))
