"""A ticket is declared a major incident, has a commander, and is ended; children.py sees to its children."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import founding
from firstline.commands.turn import Turn, asking, working
from firstline.core.incidents.models import MajorIncident
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.outbox.owe import owe
from firstline.core.people import rosters
from firstline.core.people.models import Grant
from firstline.core.people.rights import scope_of
from firstline.core.services.models import Contract
from firstline.core.tickets import queries as tickets
from firstline.core.tickets.models import Link, Participant, Ticket

ADOPT = "firstline.worker.incidents.adopt"
# As many children are seen to by one job; each is a transaction of its own.
BATCH = 25


class AlreadyMajor(Refused):
    """The ticket is a major incident that runs."""


class PartOfMajor(Refused):
    """The ticket is a child of a major incident that runs, and so no parent itself."""


class NoCommander(Refused):
    """Nobody is there who could command it."""


class NotRunning(Refused):
    """The major incident was ended."""


class AlreadyCommands(Refused):
    """That person commands it already."""


@transaction.atomic
def declare_major(
    *, ticket_id: int, by_id: int | None, now: datetime, commander_id: int | None = None,
    headline: Mapping[str, str] | None = None, everybody: bool | None = None, children: Sequence[int] = (),
) -> MajorIncident:  # fmt: skip
    """Declare an open ticket a major incident, of which others are children.

    by_id         who carries the ticket or answers for it; None for a rule of the desk
    commander_id  staff of the desk; by default who declares it, else the steward, else a lead, else a manager
    headline      what is out, by language, in words for those who are hit; the service's name where it is empty
    everybody     whether all whom the desk serves are told on the portal, or the ticket's organisation only; by
                  default the latter where that organisation is a customer
    children      tickets to be adopted after the commit, by jobs
    raises        AlreadyMajor, PartOfMajor, NoCommander, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is
                  written
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    _must_stand_alone(turn.ticket)
    commander = _commander(turn.ticket, commander_id, by_id)
    major = MajorIncident.objects.create(
        ticket=turn.ticket, desk_id=turn.ticket.desk_id, commander_id=commander, began_at=turn.moment,
        began_by_id=by_id, headline=founding.words("headline", needed=False).check(headline or {}),
        organisation_id=None if _told_to_all(turn.ticket, everybody) else turn.ticket.organisation_id,
    )  # fmt: skip
    facts = {
        "major": major.pk,
        "person": commander,
        **({"headline": founding.digest(major.headline)} if major.headline else {}),
    }
    turn.tell("major declared", {**facts, "organisation": major.organisation_id, **_let_in(turn, commander)})
    owe_adoption(major, [pk for pk in children if pk != ticket_id], by_id=by_id, now=now)
    return major


@transaction.atomic
def change_commander(*, major_id: int, by_id: int, to_id: int, now: datetime) -> MajorIncident:
    """Give the command to another of the desk's staff; they are told.

    Raises AlreadyCommands, NotRunning, NotThere, NotAllowed; then nothing is written.
    """
    turn, major = commanding(major_id, by_id=by_id, now=now)
    if major.commander_id == to_id:
        raise AlreadyCommands(_("That person commands it already."), field="to")
    _must_be_staff(turn.ticket.desk_id, to_id)
    before, major.commander_id = major.commander_id, to_id
    major.save(update_fields=["commander"])
    facts = {"major": major.pk, "person": to_id, "from_person": before}
    turn.tell("commander changed", {**facts, **_let_in(turn, to_id)})
    return major


@transaction.atomic
def end_major(*, major_id: int, by_id: int, now: datetime) -> MajorIncident:
    """End a major incident without solving its tickets: it was none, or each goes on by itself.

    Raises NotRunning, NotThere, NotAllowed; then nothing is written.
    """
    turn, major = commanding(major_id, by_id=by_id, now=now)
    ended(major, turn)
    turn.tell("major ended", {"major": major.pk})
    return major


def commanding(major_id: int, *, by_id: int, now: datetime) -> tuple[Turn, MajorIncident]:
    """Return the turn at the parent and the running major incident, for its commander or who works on the ticket.

    Raises NotRunning, NotThere, NotAllowed.
    """
    found = MajorIncident.objects.filter(pk=major_id).first()
    if found is None:
        raise NotThere(_("There is no such major incident."))
    turn = asking(found.ticket_id, by_id=by_id, now=now)
    major = MajorIncident.objects.select_for_update().get(pk=major_id)
    ticket = turn.ticket
    carries = turn.scope.works_on(ticket.desk_id, (ticket.team_id, ticket.steward_team_id))
    commands = major.commander_id == by_id and ticket.desk_id in turn.scope.desks_worked | turn.scope.desks_managed
    if not carries and not commands:
        raise NotAllowed(_("A major incident is led by its commander and by the teams that carry its ticket."))
    must_run(major)
    return turn, major


def must_run(major: MajorIncident) -> None:
    """Raise NotRunning if the major incident was ended."""
    if major.ended_at is not None:
        raise NotRunning(_("This major incident was ended."))


def ended(major: MajorIncident, turn: Turn) -> None:
    """End it, inside a turn at its ticket that tells so."""
    major.ended_at, major.ended_by_id = turn.moment, turn.by_id
    major.save(update_fields=["ended_at", "ended_by"])


def owe_adoption(major: MajorIncident, ticket_ids: Iterable[int], *, by_id: int | None, now: datetime) -> None:
    """Owe the adoption of tickets, some by each job."""
    ids = list(dict.fromkeys(ticket_ids))
    for at in range(0, len(ids), BATCH):
        owe(ADOPT, {"major": major.pk, "tickets": ids[at : at + BATCH], "by": by_id}, now=now)


def _must_stand_alone(ticket: Ticket) -> None:
    running = MajorIncident.objects.filter(ended_at=None)
    if running.filter(ticket=ticket).exists():
        raise AlreadyMajor(_("This ticket is a major incident already."))
    parents = ticket.links.filter(kind=Link.Kind.CHILD_OF, ended_at=None).values("other_id")
    if running.filter(ticket_id__in=parents).exists():
        raise PartOfMajor(_("This ticket is part of a major incident; that one stands for it."))


def _told_to_all(ticket: Ticket, everybody: bool | None) -> bool:
    if everybody is not None:
        return everybody
    bought = Contract.objects.filter(organisation=ticket.organisation, desk_id=ticket.desk_id)
    return ticket.organisation_id is None or not bought.exists()


def _commander(ticket: Ticket, named_id: int | None, by_id: int | None) -> int:
    if named_id is not None:
        _must_be_staff(ticket.desk_id, named_id)
        return named_id
    staff = set(rosters.staff_of(ticket.desk_id).values_list("pk", flat=True))
    for candidate in (by_id, ticket.steward_id, *_leaders(ticket)):
        if candidate in staff:
            return candidate
    raise NoCommander(_("Name a commander: nobody leads the team that answers for this ticket."), field="commander")


def _leaders(ticket: Ticket) -> list[int]:
    given = Grant.objects.filter(ended_at=None)
    leads = given.filter(role=Grant.Role.TEAM_LEAD, team=ticket.steward_team)
    managers = given.filter(role=Grant.Role.DESK_MANAGER, desk_id=ticket.desk_id)
    return [*leads.order_by("pk").values_list("person_id", flat=True),
            *managers.order_by("pk").values_list("person_id", flat=True)]  # fmt: skip


def _must_be_staff(desk_id: int, person_id: int) -> None:
    if not rosters.staff_of(desk_id).filter(pk=person_id).exists():
        raise NotThere(_("That person does not work at this desk."), field="commander")


def _let_in(turn: Turn, person_id: int) -> dict[str, Any]:
    """Let a commander read the ticket, if their teams have nothing to do with it."""
    if tickets.visible_to(scope_of(person_id)).filter(pk=turn.ticket.pk).exists():
        return {}
    called = Participant.objects.create(
        ticket=turn.ticket, person_id=person_id, part=Participant.Part.CALLED_IN, added_by_id=turn.by_id,
        added_at=turn.moment,
    )  # fmt: skip
    return {"participant": called.pk}
