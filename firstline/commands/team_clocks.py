"""Starts and stops what teams promise one another (OLA): to answer an offer, to work on a holding or a task.

Called inside the commands of ownership, under their lock. The clocks of the steward's promise to the requester run
on meanwhile. Each function returns what the command's journal entry should say of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from firstline.commands import clocks
from firstline.core.journal.chain import instant
from firstline.core.ownership.models import Holding, Task
from firstline.core.sla import queries, workclock
from firstline.core.sla.models import AgreementVersion, Clock, Pause
from firstline.core.tickets.models import Ticket

Kind, State, Ending = Clock.Kind, Clock.State, Holding.Ending
# An offer is answered by yes or no; work is done by whoever ends the holding, unless it is taken from them.
_ANSWERED = (Ending.DECLINED,)
_DONE = (Ending.HANDED_OVER, Ending.RETURNED, Ending.SHIFT, Ending.DONE)


def offered(holding: Holding, at: datetime) -> dict[str, Any]:
    """Start the clock of the team's answer to an offer, if the team promised one."""
    return _begin(holding.ticket, holding.team_id, Kind.ACCEPT, at, holding=holding)


def accepted(holding: Holding, at: datetime) -> dict[str, Any]:
    """Stop the clock of the answer, and start the clock of the team's work."""
    awaited = [each for each in queries.running(holding.ticket_id) if each.holding_id == holding.pk]
    stopped = _stop([each for each in awaited if each.kind == Kind.ACCEPT], at)
    return {**stopped, **_begin(holding.ticket, holding.team_id, Kind.WORK, at, holding=holding)}


def finished(holding: Holding, at: datetime) -> dict[str, Any]:
    """Stop what still runs on a holding that just ended, with a verdict where its ending is an answer or the work.

    An offer that lapsed was not answered: late where the answer was due by then, not owed where it was not.
    """
    running = Clock.objects.filter(holding=holding, ended_at=None)
    told = _stop(queries.with_openings(_judged(running, holding.ending, at)), at)
    _drop(running, str(holding.ending), at)
    return told


def _judged(running: QuerySet[Clock], ending: str, at: datetime) -> QuerySet[Clock]:
    """Return which of a holding's clocks are met or missed by an ending; the others end without a verdict."""
    if ending in _DONE:
        return running.filter(kind=Kind.WORK)
    if ending in _ANSWERED:
        return running.filter(kind=Kind.ACCEPT)
    return running.filter(kind=Kind.ACCEPT, due_at__lt=at) if ending == Ending.LAPSED else running.none()


def asked(task: Task, at: datetime) -> dict[str, Any]:
    """Start the clock of a task's work, if the asked team promised one."""
    return _begin(task.ticket, task.team_id, Kind.WORK, at, task=task)


def done(task: Task, at: datetime) -> dict[str, Any]:
    """Stop the clock of a task that was finished."""
    return _stop(queries.with_openings(Clock.objects.filter(task=task, ended_at=None)), at)


def dropped(tasks: Iterable[int], at: datetime) -> None:
    """Stop the clocks of tasks that are needed no more, without a verdict."""
    _drop(Clock.objects.filter(task_id__in=list(tasks), ended_at=None), "withdrawn", at)


def _begin(
    ticket: Ticket, team_id: int, kind: str, at: datetime, *, holding: Holding | None = None, task: Task | None = None
) -> dict[str, Any]:
    agreement = queries.agreement_of_team(team_id)
    seconds = agreement.targets.get(str(ticket.priority), {}).get(kind) if agreement else None
    if agreement is None or not seconds:
        return {}
    clock = Clock(
        ticket=ticket, kind=kind, agreement=agreement, started_at=at, budget_for=timedelta(seconds=seconds),
        holding=holding, task=task,
    )  # fmt: skip
    _run(clock, agreement)
    clock.save(force_insert=True)
    due = {"due": instant(clock.due_at)} if clock.due_at else {}
    return {"team_clock": {"kind": str(kind), "agreement": agreement.pk, **due}}


def _run(clock: Clock, agreement: AgreementVersion) -> None:
    clock.openings_id, openings = clocks.opening_set(agreement.calendar, clock.started_at)
    rests = clock.kind == Kind.WORK and clock.task is None
    if rests and Pause.objects.filter(ticket=clock.ticket, ended_at=None).exists():
        clock.state = State.PAUSED
        return
    clock.due_at = clock.next_at = workclock.due_at(clock.started_at, clock.budget_for, openings)
    clocks.watch(clock.ticket, [clock], fresh=True)


def _stop(running: Iterable[Clock], at: datetime) -> dict[str, Any]:
    verdicts = {str(clock.kind): clocks.judge(clock, at) for clock in running}
    return {"team_stopped": verdicts} if verdicts else {}


def _drop(running: QuerySet[Clock], why: str, at: datetime) -> None:
    running.update(state=State.ENDED, why=why[:40], ended_at=at, next_at=None)
