"""What ends when a ticket becomes part of another, and stands again when that is undone.

The "merged" entry names every row it ended, so undoing it gives back those very rows and no others.
"""

from __future__ import annotations

from typing import Any

from firstline.commands import clocks, ownership, tasks
from firstline.commands.turn import Turn
from firstline.core.journal import queries as journal
from firstline.core.journal.chain import instant
from firstline.core.ownership import queries as holdings
from firstline.core.ownership.models import Holding, Task
from firstline.core.sla.models import Clock, Pause
from firstline.core.tickets.models import Participant

WHY = "merged"


def ended(turn: Turn) -> dict[str, Any]:
    """End the ticket's holding, offer, tasks, clocks and wait; return what its entry must say to undo it."""
    ticket = turn.ticket
    held, offer = holdings.current(ticket.pk), holdings.offer(ticket.pk)
    running = Clock.objects.filter(ticket=ticket, ended_at=None).order_by("pk")
    facts: dict[str, Any] = {
        "holdings": [holding.pk for holding in (held, offer) if holding],
        "clocks_ended": list(running.values_list("pk", flat=True)),
        "pauses": list(Pause.objects.filter(ticket=ticket, ended_at=None).values_list("pk", flat=True)),
        "was": {
            "state": ticket.state,
            "offered_to_id": ticket.offered_to_id,
            "waiting_since": instant(ticket.waiting_since) if ticket.waiting_since else None,
            "planned_until": instant(ticket.planned_until) if ticket.planned_until else None,
        },
    }
    clocks.end_all(ticket, WHY, turn.moment)
    ownership.end_holdings(turn)
    return {**facts, **tasks.end_tasks(turn)}


def restored(turn: Turn) -> dict[str, Any]:
    """Let what the merge ended stand again; return the ticket's former state for the entry."""
    said = [entry for entry in journal.told(turn.ticket.chain) if entry.kind == "merged"][-1].facts
    Holding.objects.filter(pk__in=said["holdings"]).update(ended_at=None, ending="", ended_by=None)
    Task.objects.filter(pk__in=said.get("tasks", ())).update(withdrawn_at=None)
    Pause.objects.filter(pk__in=said["pauses"]).update(ended_at=None)
    for clock in Clock.objects.filter(pk__in=said["clocks_ended"]):
        # A paused clock has no deadline until its wait ends; any other kept the one it was promised.
        clock.state = Clock.State.RUNNING if clock.due_at else Clock.State.PAUSED
        clock.ended_at, clock.why, clock.next_at = None, "", clock.due_at
        clocks.watch(turn.ticket, [clock])
        clock.save(update_fields=["state", "ended_at", "why", "next_at"])
    return {**said["was"], "closing": ""}


def followed(source: Turn, target: Turn) -> list[int]:
    """Let the source's requester follow the target; return the rows made, for its entry.

    Requesters without an organisation are strangers to one another, so they do not come to read each other.
    """
    ticket, person_id = target.ticket, source.ticket.requester_id
    if ticket.organisation_id is None or person_id == ticket.requester_id:
        return []
    if ticket.participants.filter(person_id=person_id, ended_at=None).exists():
        return []
    made = Participant.objects.create(
        ticket=ticket, person_id=person_id, added_by_id=target.by_id, added_at=target.moment
    )
    return [made.pk]


def let_go(source: Turn, target: Turn) -> None:
    """End what `followed` began."""
    absorbed = [entry for entry in journal.told(target.ticket.chain) if entry.kind == "absorbed"]
    rows = [
        row for entry in absorbed if entry.facts["ticket"] == source.ticket.pk for row in entry.facts["participants"]
    ]
    Participant.objects.filter(pk__in=rows, ended_at=None).update(ended_at=target.moment)
