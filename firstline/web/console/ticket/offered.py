"""What may be done on a ticket, by its state and by what its reader may do: one pure answer for all buttons.

It mirrors the commands' own checks, so that nothing is offered that would be refused; the commands refuse all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, WAITING, WORKABLE, Closing, State

# As long as it is not closed, what a ticket is about may be put right.
_ABOUT = ("priority", "classification", "requester", "subject")
_ALWAYS = ("note", "tag", "link", "work", "participant")
# Whoever was only asked, for the whole or for a task, answers that and says what they know.
_BESIDE = frozenset({"note", "reply", "acceptance", "refusal", "work", "vendor", "step"})
_WHILE_OPEN = ("step", "reply", "waiting", "plan", "task", "call-in", "merge", "vendor", "spam")


def offered_actions(ticket: Ticket, scope: Scope, *, asked: Iterable[int] = (), now: datetime) -> frozenset[str]:
    """Return the keys of the actions this person may take on the ticket now.

    asked   teams with an open task on the ticket
    """
    teams = {ticket.team_id, ticket.offered_to_id, ticket.steward_team_id, *asked}
    if not scope.works_on(ticket.desk_id, teams):
        return frozenset()
    found = set(_ALWAYS)
    if ticket.state in WORKABLE:
        found |= {*_WHILE_OPEN, *_ABOUT, *_owning(ticket, scope)}
        found |= {"resume"} if ticket.state in WAITING else set()
    elif ticket.state == State.RESOLVED:
        found |= {"reply", "closing", "reopening", *_ABOUT}
    elif _may_reopen(ticket, now):
        found |= {"reopening"}
    if ticket.closing == Closing.SPAM:
        found = (found | {"not-spam"}) - {"reopening"}
    if ticket.merged_into_id:
        found = (found | {"unmerge"}) - {"link", "tag", "merge", "reopening"}
    if any(scope.leads(ticket.desk_id, team) for team in (ticket.team_id, ticket.steward_team_id)):
        found.add("redaction")
    carries = scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id))
    return frozenset(found if carries else found & _BESIDE)


def may_finish(scope: Scope, ticket: Ticket, team_id: int) -> bool:
    """Whether this person may say that a task asked of the team is done."""
    return ticket.state not in DONE and (team_id in scope.teams or scope.leads(ticket.desk_id, team_id))


def _owning(ticket: Ticket, scope: Scope) -> set[str]:
    found: set[str] = set()
    held = ticket.taken_at is not None and ticket.team_id is not None
    if ticket.assignee_id is None and ticket.team_id in scope.teams:
        found.add("take")
    if _may_assign(ticket, scope):
        found.add("assignment")
    if ticket.offered_to_id is not None:
        found |= {"acceptance", "refusal"} if ticket.offered_to_id in scope.teams else set()
        found.add("withdrawal")
    elif held:
        found.add("hand-over")
    if held:
        found.add("resolution")
        found |= {"return"} if ticket.team_id != ticket.steward_team_id else set()
    if ticket.steward_team_id in scope.teams or scope.leads(ticket.desk_id, ticket.steward_team_id):
        found.add("steward")
    return found


def _may_assign(ticket: Ticket, scope: Scope) -> bool:
    if ticket.team_id is None:
        return False
    own = scope.person_id in (ticket.assignee_id, ticket.steward_id)
    unclaimed = ticket.assignee_id is None and ticket.team_id in scope.teams
    return own or unclaimed or scope.leads(ticket.desk_id, ticket.team_id)


def _may_reopen(ticket: Ticket, now: datetime) -> bool:
    days = timedelta(days=ticket.desk.reopen_within_days)
    return ticket.closed_at is not None and ticket.merged_into_id is None and now <= ticket.closed_at + days
