"""Who may do what to a ticket: one table of every command, tried by everybody who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from firstline.commands import (
    classification,
    conversation,
    ownership,
    participants,
    progress,
    ratings,
    redaction,
    structure,
    tasks,
    worklog,
)
from firstline.core.kernel.refusals import NotAllowed, Refused
from firstline.core.people.models import Person
from firstline.core.people.rights import scope_of
from firstline.core.tickets import queries
from firstline.core.tickets.states import State
from tests import world
from tests.commands.conftest import Stage

Command = Callable[[Stage, int], Any]
AT = world.now(minutes=60)


def _on(stage: Stage, by_id: int) -> dict[str, Any]:
    return {"ticket_id": stage.ticket.pk, "by_id": by_id, "now": AT}


# What only those who help may do, each with arguments that would do for Olga.
STAFF: dict[str, Command] = {
    "reply": lambda s, by: conversation.reply(**_on(s, by), text="Hello."),
    "note": lambda s, by: conversation.note(**_on(s, by), text="Hm."),
    "take": lambda s, by: ownership.take(**_on(s, by)),
    "assign": lambda s, by: ownership.assign(**_on(s, by), to_id=s.oleg.pk),
    "hand over": lambda s, by: ownership.hand_over(**_on(s, by), to_team_id=s.billing.pk, why=""),
    "accept": lambda s, by: ownership.accept(**_on(s, by)),
    "decline": lambda s, by: ownership.decline(**_on(s, by), why="No."),
    "withdraw the offer": lambda s, by: ownership.withdraw_offer(**_on(s, by)),
    "return": lambda s, by: ownership.return_(**_on(s, by), findings="-"),
    "call in": lambda s, by: ownership.call_in(**_on(s, by), person_id=s.lead.pk, why="Big."),
    "change steward": lambda s, by: ownership.change_steward(**_on(s, by), to_id=s.oleg.pk),
    "wait": lambda s, by: progress.wait(**_on(s, by), on=State.WAITING_REQUESTER, why=""),
    "plan": lambda s, by: progress.plan(**_on(s, by), until=world.now(days=2), why=""),
    "resume": lambda s, by: progress.resume(**_on(s, by)),
    "resolve": lambda s, by: progress.resolve(**_on(s, by), how="Done."),
    "close": lambda s, by: progress.close(**_on(s, by)),
    "ask a task": lambda s, by: tasks.ask_task(**_on(s, by), team_id=s.billing.pk, what="?"),
    "reclassify": lambda s, by: classification.reclassify(**_on(s, by), kind="question"),
    "set priority": lambda s, by: classification.set_priority(**_on(s, by), impact=1, urgency=1, why="!"),
    "change requester": lambda s, by: classification.change_requester(**_on(s, by), requester_id=s.bella.pk),
    "retitle": lambda s, by: classification.retitle(**_on(s, by), subject="Else"),
    "tag": lambda s, by: classification.tag(**_on(s, by), name="toner"),
    "untag": lambda s, by: classification.untag(**_on(s, by), name="toner"),
    "log work": lambda s, by: worklog.log_work(**_on(s, by), began_at=world.NINE, spent_for=timedelta(minutes=5)),
    "merge": lambda s, by: structure.merge(**_on(s, by), into_id=s.other.pk),
    "unmerge": lambda s, by: structure.unmerge(**_on(s, by)),
    "split": lambda s, by: structure.split(message_id=s.ticket.messages.get().pk, by_id=by, now=AT),
    "link": lambda s, by: structure.link(**_on(s, by), other_id=s.other.pk, kind="relates"),
    "redact a message": lambda s, by: redaction.redact_message(
        message_id=s.ticket.messages.get().pk, by_id=by, why="Secret.", now=AT
    ),
    "redact the subject": lambda s, by: redaction.redact_subject(**_on(s, by), why="Secret."),
}
# What those who asked may do, and nobody who only reads.
ASKING: dict[str, Command] = {
    "join": lambda s, by: conversation.join(**_on(s, by), text="Hello?"),
    "confirm": lambda s, by: progress.confirm(**_on(s, by)),
    "withdraw": lambda s, by: progress.withdraw(**_on(s, by), why=""),
    "rate": lambda s, by: ratings.rate(**_on(s, by), score=5),
    "add a participant": lambda s, by: participants.add_participant(**_on(s, by), person_id=s.bella.pk),
    "remove a participant": lambda s, by: participants.remove_participant(**_on(s, by), person_id=s.bella.pk),
}


def _who(stage: Stage, name: str) -> Person:
    """Return somebody who may not work on the ticket; all but the last three may read it."""
    make: dict[str, Callable[[], Person]] = {
        "requester": lambda: stage.rita,
        "auditor": lambda: world.person("Anna", role=world.Role.AUDITOR),
        "auditor of the desk": lambda: world.person("Arno", role=world.Role.AUDITOR, over=stage.desk),
        "organisation manager": lambda: world.person(
            "Boris", role=world.Role.ORGANISATION_MANAGER, over=world.organisation()
        ),
        "stranger": lambda: world.person("Stan"),
        "second line that has nothing to do with it": lambda: stage.sergey,
        "operator of another desk": lambda: world.person("Otto", team=world.team("Far desk", of=world.desk("far"))),
    }
    return make[name]()


READERS = ["requester", "auditor", "auditor of the desk", "organisation manager"]
OUTSIDERS = ["stranger", "second line that has nothing to do with it", "operator of another desk"]


@pytest.mark.parametrize("who", [*READERS, *OUTSIDERS])
def test_only_those_who_help_may(staged: Stage, who: str):
    person = _who(staged, who)
    expected = "NotAllowed" if who in READERS else "NotThere"

    assert _refusals(staged, STAFF, person) == dict.fromkeys(STAFF, expected)


@pytest.mark.parametrize("who", ["auditor", "auditor of the desk", *OUTSIDERS])
def test_only_those_who_asked_may(staged: Stage, who: str):
    person = _who(staged, who)
    expected = "NotAllowed" if who.startswith("auditor") else "NotThere"

    assert _refusals(staged, ASKING, person) == dict.fromkeys(ASKING, expected)


def test_nothing_can_be_done_to_a_ticket_that_is_not_there(staged: Stage):
    by_message = {"split", "redact a message"}
    commands = {name: command for name, command in (STAFF | ASKING).items() if name not in by_message}
    staged.ticket.pk += 10_000

    assert _refusals(staged, commands, staged.olga) == dict.fromkeys(commands, "NotThere")


def _refusals(stage: Stage, commands: dict[str, Command], person: Person) -> dict[str, str]:
    """Return how each command was refused to the person, by name, having seen that none wrote anything."""
    before = world.everything()
    refusals = {}
    for name, command in commands.items():
        try:
            command(stage, person.pk)
            refusals[name] = "done"
        except Refused as refusal:
            refusals[name] = type(refusal).__name__
    assert world.everything() == before
    return refusals


@pytest.mark.parametrize("who", READERS)
def test_readers_find_the_ticket(stage: Stage, who: str):
    assert queries.visible_to(scope_of(_who(stage, who).pk)).filter(pk=stage.ticket.pk).exists()


@pytest.mark.parametrize("who", OUTSIDERS)
def test_outsiders_do_not_find_the_ticket(stage: Stage, who: str):
    assert not queries.visible_to(scope_of(_who(stage, who).pk)).filter(pk=stage.ticket.pk).exists()


def test_whoever_was_asked_a_task_or_offered_the_ticket_writes_but_does_not_steer(stage: Stage):
    tasks.ask_task(**_on(stage, stage.olga.pk), team_id=stage.billing.pk, what="Paid?")
    ownership.hand_over(**_on(stage, stage.olga.pk), to_team_id=stage.second.pk, why="")

    for helper in (stage.bella, stage.sergey):
        conversation.note(**_on(stage, helper.pk), text="Looking.")
        worklog.log_work(**_on(stage, helper.pk), began_at=world.NINE, spent_for=timedelta(minutes=5))
        steering = {
            name: STAFF[name] for name in ("resolve", "wait", "hand over", "set priority", "withdraw the offer")
        }
        assert _refusals(stage, steering, helper) == dict.fromkeys(steering, "NotAllowed")


def test_whoever_was_asked_a_task_writes_while_it_lasts(stage: Stage):
    task = tasks.ask_task(**_on(stage, stage.olga.pk), team_id=stage.billing.pk, what="Paid?")
    conversation.note(**_on(stage, stage.bella.pk), text="Looking.")
    tasks.finish_task(task_id=task.pk, by_id=stage.bella.pk, result="Yes.", now=AT)

    with world.refused(NotAllowed):
        conversation.note(**_on(stage, stage.bella.pk), text="One more thing.")
    assert queries.visible_to(scope_of(stage.bella.pk)).filter(pk=stage.ticket.pk).exists()


def test_a_note_to_one_team_is_read_by_it_its_author_and_the_first_line(stage: Stage):
    tasks.ask_task(**_on(stage, stage.olga.pk), team_id=stage.billing.pk, what="Paid?")
    ownership.hand_over(**_on(stage, stage.olga.pk), to_team_id=stage.second.pk, why="")
    conversation.note(**_on(stage, stage.bella.pk), text="For us.", team_id=stage.billing.pk)

    read = {
        person.name: "For us." in _texts(stage, person)
        for person in (stage.bella, stage.olga, stage.sergey, stage.rita)
    }

    assert read == {"Bella": True, "Olga": True, "Sergey": False, "Rita": False}


def _texts(stage: Stage, person: Person) -> list[str | None]:
    return [message.content.text for message in queries.conversation(stage.ticket, scope_of(person.pk))]


@pytest.fixture
def staged(stage: Stage) -> Stage:
    """Return the stage with a second ticket of Rita's to be merged with or linked to."""
    stage.other = world.ticket("Scanner is gone", requester=stage.rita)
    return stage
