"""Tasks: parallel work asked of another team, while the ticket stays where it is."""

from __future__ import annotations

import pytest

from firstline.commands import progress, tasks
from firstline.commands.turn import AlreadyClosed
from firstline.core.journal.chain import instant
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.ownership.models import QueuePlace, Task
from tests import world
from tests.commands.conftest import Stage


def _asked(stage: Stage, *, minutes: int = 10) -> Task:
    return tasks.ask_task(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=stage.billing.pk, what="Was it paid?",
        now=world.now(minutes=minutes),
    )  # fmt: skip


def test_a_task_is_asked_with_its_words_and_deadline(stage: Stage):
    due = world.now(hours=5)

    task = tasks.ask_task(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=stage.billing.pk, what="Was it paid?",
        now=world.now(minutes=10), due_at=due,
    )  # fmt: skip

    assert (task.what.text, task.due_at, task.asked_by_team) == ("Was it paid?", due, stage.first)
    said = world.newest(stage.ticket)
    assert (said.kind, said.by_id, said.happened_at) == ("task asked", stage.olga.pk, world.now(minutes=10))
    assert said.facts == {
        "task": task.pk, "team": stage.billing.pk, "what": task.what_id, "due": instant(due),
    }  # fmt: skip


def test_a_task_leaves_the_ticket_where_it_is_and_stands_in_the_asked_teams_queue(stage: Stage):
    _asked(stage)

    ticket = stage.ticket_now()
    assert (ticket.team, ticket.assignee, ticket.steward) == (stage.first, stage.olga, stage.olga)
    assert QueuePlace.objects.filter(team=stage.billing, part="task", ticket=ticket).exists()


def test_the_team_that_has_the_ticket_is_asked_no_task(stage: Stage):
    with world.refused(tasks.HasTheTicket, "Service desk has this ticket itself"):
        tasks.ask_task(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=stage.first.pk, what="?", now=world.now(minutes=1)
        )


def test_a_team_of_another_desk_is_not_there_to_be_asked(stage: Stage):
    elsewhere = world.team("Elsewhere", of=world.desk("other"))

    with world.refused(NotThere, "no such team"):
        tasks.ask_task(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=elsewhere.pk, what="?", now=world.now(minutes=1)
        )


def test_a_task_needs_words(stage: Stage):
    with world.refused(BadInput, "empty text"):
        tasks.ask_task(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=stage.billing.pk, what=" ", now=world.now(minutes=1)
        )


def test_a_task_is_not_due_before_it_is_asked(stage: Stage):
    with world.refused(BadInput, "cannot be due before"):
        tasks.ask_task(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, team_id=stage.billing.pk, what="Paid?",
            now=world.now(minutes=1), due_at=world.NINE,
        )  # fmt: skip


def test_a_resolved_ticket_asks_for_nothing_more(stage: Stage):
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(minutes=5))

    with world.refused(AlreadyClosed):
        _asked(stage)


def test_the_asked_team_finishes_its_task_with_a_result(stage: Stage):
    task = _asked(stage)

    done = tasks.finish_task(task_id=task.pk, by_id=stage.bella.pk, result="Paid twice.", now=world.now(minutes=30))

    assert (done.finished_by, done.finished_at) == (stage.bella, world.now(minutes=30))
    assert done.result is not None
    assert done.result.text == "Paid twice."
    said = world.newest(stage.ticket)
    assert said.kind == "task finished"
    assert said.facts == {"task": task.pk, "team": stage.billing.pk, "result": done.result_id}


def test_only_the_asked_team_finishes_a_task(stage: Stage):
    task = _asked(stage)

    for stranger in (stage.olga, stage.rita):
        with world.refused(NotAllowed, "asked of Billing"):
            tasks.finish_task(task_id=task.pk, by_id=stranger.pk, result="Paid.", now=world.now(minutes=30))


def test_a_finished_task_is_not_finished_again_and_one_is_told_who_did(stage: Stage):
    task, brian = _asked(stage), world.person("Brian", team=stage.billing)
    tasks.finish_task(task_id=task.pk, by_id=stage.bella.pk, result="Paid.", now=world.now(minutes=30))

    with world.refused(tasks.TaskEnded, "finished by Bella"):
        tasks.finish_task(task_id=task.pk, by_id=brian.pk, result="Paid.", now=world.now(minutes=31))


def test_a_task_needs_a_result_to_be_finished(stage: Stage):
    task = _asked(stage)

    with world.refused(BadInput, "empty text"):
        tasks.finish_task(task_id=task.pk, by_id=stage.bella.pk, result="", now=world.now(minutes=30))


def test_a_task_is_withdrawn_by_those_who_asked(stage: Stage):
    task = _asked(stage)

    gone = tasks.withdraw_task(task_id=task.pk, by_id=stage.oleg.pk, now=world.now(minutes=20))

    assert gone.withdrawn_at == world.now(minutes=20)
    assert world.newest(stage.ticket).facts == {"task": task.pk, "team": stage.billing.pk}
    with world.refused(tasks.TaskEnded, "withdrawn"):
        tasks.finish_task(task_id=task.pk, by_id=stage.bella.pk, result="Paid.", now=world.now(minutes=30))


def test_the_asked_team_cannot_withdraw_its_task(stage: Stage):
    task = _asked(stage)

    with world.refused(NotAllowed, "can withdraw it"):
        tasks.withdraw_task(task_id=task.pk, by_id=stage.bella.pk, now=world.now(minutes=20))


@pytest.mark.parametrize("verb", ["finish", "withdraw"])
def test_an_unknown_task_is_not_there(stage: Stage, verb: str):
    with world.refused(NotThere, "no such task"):
        if verb == "finish":
            tasks.finish_task(task_id=999, by_id=stage.bella.pk, result="Paid.", now=world.now(minutes=20))
        else:
            tasks.withdraw_task(task_id=999, by_id=stage.olga.pk, now=world.now(minutes=20))


def test_resolving_withdraws_open_tasks_and_says_which(stage: Stage):
    task = _asked(stage)

    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(minutes=50))

    task.refresh_from_db()
    assert task.withdrawn_at == world.now(minutes=50)
    assert world.newest(stage.ticket).facts["tasks"] == [task.pk]
