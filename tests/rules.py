"""What must hold of all tickets at every moment, whatever was done: asked of the database after a test."""

from __future__ import annotations

from firstline.core.duty import leaving
from firstline.core.ownership.models import Holding, QueuePlace, Task
from firstline.core.sla.models import Clock, Pause
from firstline.core.tickets import replay
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, WAITING

Part = QueuePlace.Part


def must_hold() -> None:
    """Fail if a chain is broken, a row is not what its chain says, or a ticket contradicts itself."""
    replayed = replay.replay_all()
    assert (replayed.walked.broken, replayed.differs, list(replay.without_chain())) == ([], [], [])
    for ticket in Ticket.objects.all():
        _someone_answers(ticket)
        _held_as_it_says(ticket)
        _clocks_fit_its_state(ticket)
        assert _places(ticket) == _places_wanted(ticket)


def _someone_answers(ticket: Ticket) -> None:
    assert ticket.steward_team is not None
    assert ticket.steward_team.line == 1 or ticket.steward_team_id == ticket.team_id
    if ticket.steward_id and ticket.state not in DONE and not ticket.imported:
        assert leaving.works_there(ticket.steward_id, ticket.steward_team_id), f"{ticket} answers to nobody: they left"


def _held_as_it_says(ticket: Ticket) -> None:
    held = list(Holding.objects.filter(ticket=ticket, accepted_at__isnull=False, ended_at=None))
    offers = list(Holding.objects.filter(ticket=ticket, accepted_at=None, ended_at=None))
    if ticket.state in DONE:
        assert (held, offers, ticket.offered_to_id) == ([], [], None)
        return
    assert len(held) <= 1
    assert len(offers) <= 1
    if held:
        assert (held[0].team_id, held[0].person_id) == (ticket.team_id, ticket.assignee_id)
        assert ticket.offered_to_id == (offers[0].team_id if offers else None)
    else:
        assert ticket.offered_to_id is None
        assert [offer.team_id for offer in offers] == [ticket.team_id]


def _clocks_fit_its_state(ticket: Ticket) -> None:
    open_pauses = Pause.objects.filter(ticket=ticket, ended_at=None).count()
    assert open_pauses == (1 if ticket.state in WAITING else 0)
    running = Clock.objects.filter(ticket=ticket, ended_at=None)
    # A team's answer to an offer, and its task, are waited for even while the ticket waits.
    states = set(running.exclude(kind="accept").filter(task=None).values_list("state", flat=True))
    if ticket.state in DONE:
        assert not running.exists()
    else:
        assert states <= {Clock.State.PAUSED if ticket.state in WAITING else Clock.State.RUNNING}


def _places(ticket: Ticket) -> set[tuple[int, str]]:
    rows = QueuePlace.objects.filter(ticket=ticket)
    for row in rows:
        same = (row.state, row.priority, row.service_id, row.organisation_id, row.assignee_id, row.steward_id)
        assert same == (
            ticket.state, ticket.priority, ticket.service_id, ticket.organisation_id, ticket.assignee_id,
            ticket.steward_id,
        )  # fmt: skip
    return {(row.team_id, row.part) for row in rows}


def _places_wanted(ticket: Ticket) -> set[tuple[int, str]]:
    if ticket.state in DONE:
        return set()
    asked = Task.objects.filter(ticket=ticket, finished_at=None, withdrawn_at=None)
    wanted = {(task.team_id, Part.TASK) for task in asked} | {(ticket.team_id or 0, Part.CARRIES)}
    if ticket.offered_to_id:
        wanted.add((ticket.offered_to_id, Part.OFFERED))
    if ticket.steward_team_id and ticket.steward_team_id != ticket.team_id:
        wanted.add((ticket.steward_team_id, Part.ANSWERS))
    return {(team, str(part)) for team, part in wanted}
