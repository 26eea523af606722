"""Keeps the queue in step with a ticket: which teams see it, in which part, at which rank."""

from __future__ import annotations

from datetime import datetime, timedelta

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.ownership import ranks
from firstline.core.ownership.models import QueuePlace
from firstline.core.services.models import Service
from firstline.core.sla.models import Clock
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, WAITING

# A ticket without a promise gets these, so that it cannot sink: by priority, from registration.
DEFAULT_DUE = {1: timedelta(hours=4), 2: timedelta(days=1), 3: timedelta(days=3), 4: timedelta(days=7)}

Part = QueuePlace.Part
# The weight and guard of a ticket that is of no service.
_UNTREATED = (1, False)
_MOST_SPAN = 2**31 - 1

# Written out, for every command on a ticket asks them.
_PLACES = Prepared(f"""
SELECT {rows.columns(QueuePlace, "place")} FROM ownership_queueplace place WHERE place.ticket_id = %s
""")
_NEAREST = Prepared(f"""
SELECT {rows.columns(Clock, "clock")} FROM sla_clock clock
WHERE clock.ticket_id = %s AND clock.ended_at IS NULL AND clock.due_at IS NOT NULL
  AND clock.holding_id IS NULL AND clock.task_id IS NULL
ORDER BY clock.due_at LIMIT 1
""")
_ASKED = Prepared("""
SELECT team_id FROM ownership_task WHERE ticket_id = %s AND finished_at IS NULL AND withdrawn_at IS NULL
""")
_TREATED = Prepared("SELECT weight, guarded FROM services_service WHERE id = %s")


def write(ticket: Ticket, now: datetime) -> None:
    """Make the ticket's places what its row, tasks and clocks say they should be at this instant."""
    present = [place for (place,) in rows.read([QueuePlace], _PLACES, [ticket.pk])]
    if ticket.state in DONE:
        if present:
            QueuePlace.objects.filter(ticket=ticket).delete()
        return
    wanted = _wanted(ticket)
    due_at = nearest_due(ticket)
    kept = {(place.team_id, place.part): place for place in present}
    gone = [place.pk for key, place in kept.items() if key not in wanted]
    if gone:
        QueuePlace.objects.filter(pk__in=gone).delete()
    columns = _columns(ticket, due_at, now, *_treated(ticket.service_id))
    for team_id, part in wanted:
        _put(kept.get((team_id, part)), ticket, team_id, part, columns)


def enter(ticket: Ticket, due_at: datetime | None, service: Service | None) -> None:
    """Give a ticket that was just registered, for this service, its first places."""
    treated = (service.weight, service.guarded) if service else _UNTREATED
    columns = _columns(ticket, due_at or _default(ticket), ticket.registered_at, *treated)
    _put(None, ticket, ticket.team_id or 0, Part.CARRIES, columns)
    if ticket.steward_team_id and ticket.steward_team_id != ticket.team_id:
        _put(None, ticket, ticket.steward_team_id, Part.ANSWERS, columns)


def turn_now(service_id: int, now: datetime) -> None:
    """Let the sweep rank the service's open tickets anew, because it is weighed or guarded otherwise now."""
    QueuePlace.objects.filter(service_id=service_id).exclude(state__in=WAITING).update(turns_at=now)


def of_imported(ticket: Ticket) -> list[QueuePlace]:
    """Return the unsaved places of a ticket that came with its history: no promises, no tasks, no offers."""
    if ticket.state in DONE:
        return []
    # Of long ago: the sweep, whose hour has come at once, ranks it by the present.
    columns = _columns(ticket, _default(ticket), ticket.registered_at, *_UNTREATED)
    made = [
        QueuePlace(ticket=ticket, team_id=ticket.team_id or ticket.steward_team_id or 0, part=Part.CARRIES, **columns)
    ]
    if ticket.steward_team_id and ticket.steward_team_id != ticket.team_id:
        made.append(QueuePlace(ticket=ticket, team_id=ticket.steward_team_id, part=Part.ANSWERS, **columns))
    return made


def nearest_due(ticket: Ticket) -> datetime:
    """Return the ticket's nearest running deadline, or what stands in for one."""
    clock: Clock
    for (clock,) in rows.read([Clock], _NEAREST, [ticket.pk]):
        if clock.due_at:
            return clock.due_at
    return ticket.planned_until or _default(ticket)


def _default(ticket: Ticket) -> datetime:
    return ticket.registered_at + DEFAULT_DUE[ticket.priority]


def _wanted(ticket: Ticket) -> dict[tuple[int, str], None]:
    """Teams and parts, the carrier first."""
    wanted: dict[tuple[int, str], None] = {}
    if ticket.team_id:
        wanted[ticket.team_id, Part.CARRIES] = None
    if ticket.offered_to_id:
        wanted[ticket.offered_to_id, Part.OFFERED] = None
    if ticket.steward_team_id and ticket.steward_team_id != ticket.team_id:
        wanted[ticket.steward_team_id, Part.ANSWERS] = None
    for (team_id,) in rows.read([], _ASKED, [ticket.pk]):
        wanted[team_id, Part.TASK] = None
    return wanted


def _treated(service_id: int | None) -> tuple[int, bool]:
    """Return what the service's tickets weigh, and whether they are guarded."""
    for weight, guarded in rows.read([], _TREATED, [service_id]) if service_id else ():
        return weight, bool(guarded)
    return _UNTREATED


def _columns(ticket: Ticket, due_at: datetime, now: datetime, weight: int, guarded: bool) -> dict[str, object]:
    span = min(max(int((due_at - ticket.registered_at).total_seconds()), 0), _MOST_SPAN)
    stands = ranks.standing(
        ticket.state, due_at=due_at, span=timedelta(seconds=span), now=now, weight=weight, guarded=guarded
    )
    return {
        "desk_id": ticket.desk_id,
        "rank": stands.rank,
        "turns_at": stands.turns_at,
        "span": span,
        "due_at": due_at,
        "state": ticket.state,
        "priority": ticket.priority,
        "service_id": ticket.service_id,
        "organisation_id": ticket.organisation_id,
        "assignee_id": ticket.assignee_id,
        "steward_id": ticket.steward_id,
    }


def _put(place: QueuePlace | None, ticket: Ticket, team_id: int, part: str, columns: dict[str, object]) -> None:
    if place is None:
        rows.add(QueuePlace(ticket=ticket, team_id=team_id, part=part, **columns), ids=False)
        return
    changed = [name for name, value in columns.items() if getattr(place, name) != value]
    for name in changed:
        setattr(place, name, columns[name])
    if changed:
        rows.change(place, *changed)
