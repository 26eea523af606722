"""Parallel work asked of another team: ask a task, finish it, withdraw it; the ticket stays where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import team_clocks
from firstline.commands.turn import Turn, asking, working
from firstline.core.journal import contents
from firstline.core.journal.chain import instant
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.ownership.models import Task
from firstline.core.people.models import Team


class HasTheTicket(Refused):
    """The team carries the ticket itself, so a task for it would say nothing."""


class TaskEnded(Refused):
    """The task was finished or withdrawn before."""


@transaction.atomic
def ask_task(
    *, ticket_id: int, by_id: int, team_id: int, what: str, now: datetime, due_at: datetime | None = None
) -> Task:
    """Ask another team of the desk for a piece of work, with a deadline of its own if `due_at` names one.

    Nobody's control and no clock of the ticket changes.
    Raises HasTheTicket, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    team = Team.objects.filter(pk=team_id, desk_id=turn.ticket.desk_id, ended_at=None).first()
    if team is None:
        raise NotThere(_("This desk has no such team."), field="team")
    if team.pk == turn.ticket.team_id:
        raise HasTheTicket(_("%(team)s has this ticket itself; a task is for another team."), team=str(team))
    if due_at is not None and due_at <= turn.moment:
        raise BadInput(_("A task cannot be due before it is asked; name a time that lies ahead."), field="due_at")
    content = contents.keep(written.body(what, field="what", limit=20_000))
    task = Task.objects.create(
        ticket=turn.ticket, team=team, what=content, asked_by_id=by_id, asked_by_team_id=_asking_team(turn),
        asked_at=turn.moment, due_at=due_at,
    )  # fmt: skip
    due = {"due": instant(due_at)} if due_at else {}
    promised = team_clocks.asked(task, turn.moment)
    turn.tell("task asked", {"task": task.pk, "team": team.pk, "what": content.digest, **due, **promised})
    return task


@transaction.atomic
def finish_task(*, task_id: int, by_id: int, result: str, now: datetime) -> Task:
    """Say that a task asked of one's team is done, and what came of it.

    Raises TaskEnded, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn, task = _task(task_id, by_id, now)
    if task.team_id not in turn.scope.teams and not turn.scope.leads(turn.ticket.desk_id, task.team_id):
        raise NotAllowed(_("This task was asked of %(team)s, and you do not work there."), team=str(task.team))
    _must_last(task)
    content = contents.keep(written.body(result, field="result", limit=20_000))
    task.finished_at, task.finished_by_id, task.result = turn.moment, by_id, content
    task.save(update_fields=["finished_at", "finished_by", "result"])
    worked = team_clocks.done(task, turn.moment)
    turn.tell("task finished", {"task": task.pk, "team": task.team_id, "result": content.digest, **worked})
    return task


@transaction.atomic
def withdraw_task(*, task_id: int, by_id: int, now: datetime) -> Task:
    """Take back a task that is needed no more; by those who carry the ticket or asked, not by the asked team.

    Raises TaskEnded, NotThere, NotAllowed; then nothing is written.
    """
    turn, task = _task(task_id, by_id, now)
    ticket = turn.ticket
    if not turn.scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id, task.asked_by_team_id)):
        raise NotAllowed(_("Only the teams that carry this ticket, or asked for the task, can withdraw it."))
    _must_last(task)
    task.withdrawn_at = turn.moment
    task.save(update_fields=["withdrawn_at"])
    team_clocks.dropped([task.pk], turn.moment)
    turn.tell("task withdrawn", {"task": task.pk, "team": task.team_id})
    return task


def end_tasks(turn: Turn) -> dict[str, Any]:
    """Withdraw what is still asked when a ticket ends; returns what its entry should say of it."""
    open_tasks = turn.ticket.tasks.filter(finished_at=None, withdrawn_at=None).order_by("pk")
    ended = list(open_tasks.values_list("pk", flat=True))
    if ended:
        Task.objects.filter(pk__in=ended).update(withdrawn_at=turn.moment)
        team_clocks.dropped(ended, turn.moment)
    return {"tasks": ended} if ended else {}


def _task(task_id: int, by_id: int, now: datetime) -> tuple[Turn, Task]:
    ticket_id = Task.objects.filter(pk=task_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        raise NotThere(_("There is no such task."))
    turn = asking(ticket_id, by_id=by_id, now=now)
    # Read again: it may have ended while the lock on its ticket was waited for.
    return turn, Task.objects.select_related("team").get(pk=task_id)


def _must_last(task: Task) -> None:
    if task.finished_at is not None:
        raise TaskEnded(_("This task was finished by %(who)s already."), who=str(task.finished_by))
    if task.withdrawn_at is not None:
        raise TaskEnded(_("This task was withdrawn; nothing more needs to be done for it."))


def _asking_team(turn: Turn) -> int | None:
    ticket = turn.ticket
    present = (ticket.team_id, ticket.steward_team_id, ticket.offered_to_id, *sorted(turn.scope.teams))
    return next((team for team in present if team in turn.scope.teams), ticket.steward_team_id)
