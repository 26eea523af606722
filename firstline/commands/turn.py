"""One command's turn at a ticket: the row locked, the right checked, the fact told.

Every command on a ticket begins with `working` (staff) or `asking` (those who asked), and ends with
`Turn.tell`, which appends the one journal entry, lets `life.apply` change the row, keeps the queue in
step and owes whatever follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.commands import figures, places
from firstline.core import rows
from firstline.core.journal import contents
from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.outbox.owe import owe
from firstline.core.outbox.stirring import STIRRING
from firstline.core.people.rights import Scope, scope_of
from firstline.core.tickets import life, queries
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, State

REACT = "firstline.worker.reactions.react"
DESK_ITSELF = Scope(person_id=None, administrator=True)


class AlreadyClosed(Refused):
    """The ticket is resolved or closed, and this needs one that is not."""


@dataclass
class Turn:
    """A locked ticket, who acts, and the instant of the act: never before the latest fact."""

    ticket: Ticket
    by_id: int | None
    scope: Scope
    now: datetime
    moment: datetime
    # The row as it was before this turn changed anything.
    before: life.Life

    def tell(self, kind: str, facts: Mapping[str, Any]) -> Entry:
        """Append the fact to the ticket's chain, apply it to the row and the queue, owe what follows."""
        ticket = self.ticket
        entry = append(ticket.chain, kind, by_id=self.by_id, at=self.moment, recorded_at=self.now, facts=facts)
        after = life.apply(self.before, life.Fact(kind, self.by_id, self.moment, facts))
        save_life(ticket, self.before, after)
        figures.write(ticket.pk, self.before, after, self.moment, facts)
        self.before = after
        places.write(ticket, self.moment)
        owe_reaction(entry, now=self.now)
        return entry

    def arrived(self, at: datetime | None) -> None:
        """Let the act stand at the instant it reached the desk, if that was earlier; never before the latest fact."""
        if at is not None:
            self.moment = max(min(at, self.now), self.ticket.latest_at)

    def must_be_open(self) -> None:
        """Raise AlreadyClosed if the ticket is resolved or closed."""
        if self.ticket.state in DONE:
            if self.ticket.state == State.RESOLVED:
                raise AlreadyClosed(_("This ticket is resolved already; reopen it first."))
            raise AlreadyClosed(_("This ticket is closed; reopen it first, or register a new one."))


def working(ticket_id: int, *, by_id: int | None, now: datetime) -> Turn:
    """Return the turn of staff who carry the ticket or answer for it; raises NotThere or NotAllowed."""
    turn = _turn(ticket_id, by_id, now)
    ticket = turn.ticket
    if not turn.scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id)):
        _refuse_unseen(turn)
        raise NotAllowed(_("You may read this ticket, but working on it is for the teams that carry it."))
    return turn


def helping(ticket_id: int, *, by_id: int | None, now: datetime) -> Turn:
    """Return the turn of staff whose team has anything to do with the ticket now; raises NotThere or NotAllowed.

    Whoever is offered it or asked a task may write, log time and answer, but not steer it.
    """
    turn = _turn(ticket_id, by_id, now)
    ticket, scope = turn.ticket, turn.scope
    carries = scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id))
    if not carries and not (scope.teams and scope.works_on(ticket.desk_id, queries.involved_teams(ticket))):
        _refuse_unseen(turn)
        raise NotAllowed(_("You may read this ticket, but working on it is for the teams that carry it."))
    return turn


def asking(ticket_id: int, *, by_id: int | None, now: datetime) -> Turn:
    """Return the turn of somebody who asked, follows, or helps; raises NotThere."""
    turn = _turn(ticket_id, by_id, now)
    _refuse_unseen(turn)
    return turn


def allowed(ticket_id: int, *, by_id: int | None, now: datetime) -> Turn:
    """Return the turn of an act whose right was asked elsewhere: of a parent, of a token; raises NotThere."""
    return _turn(ticket_id, by_id, now)


def save_life(ticket: Ticket, before: life.Life, after: life.Life) -> None:
    """Write the columns in which `after` differs from `before`; subject and resolution by whoever holds the text."""
    changed = [name for name in life.COLUMNS if getattr(before, name) != getattr(after, name)]
    columns = []
    for name in changed:
        if name == "resolution":
            ticket.resolution_id = after.resolution or None
        elif name != "subject":
            setattr(ticket, name, getattr(after, name))
        columns.append(name)
    if "subject" in changed:
        columns.append("subject_salt")
    if columns:
        rows.change(ticket, *columns)


def retitle(ticket: Ticket, subject: str) -> str:
    """Set the ticket's subject with a fresh salt, unsaved, and return its digest for the fact."""
    ticket.subject, ticket.subject_salt = subject, contents.salt()
    return contents.digest_of(ticket.subject_salt, subject)


def owe_reaction(entry: Entry, *, now: datetime) -> None:
    """Owe whatever worker/reactions.py says follows from this fact; most facts are quiet and owe nothing."""
    if entry.kind in STIRRING:
        owe(REACT, {"entry": entry.pk}, now=now, ids=False)


def _turn(ticket_id: int, by_id: int | None, now: datetime) -> Turn:
    ticket = queries.locked(ticket_id)
    scope = scope_of(by_id) if by_id is not None else DESK_ITSELF
    # `now` was read before the lock was waited for; a fact never stands before the one it follows.
    return Turn(ticket, by_id, scope, now, max(now, ticket.latest_at), queries.life_of(ticket))


def _refuse_unseen(turn: Turn) -> None:
    ticket, scope = turn.ticket, turn.scope
    if ticket.requester_id == scope.person_id or scope.sees_desk(ticket.desk_id):
        return
    if not queries.visible_to(scope).filter(pk=ticket.pk).exists():
        raise NotThere(_("There is no such ticket."))
