"""Who follows a ticket besides those who asked and those who work on it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands.turn import Turn, asking
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.people.models import Person
from firstline.core.tickets import queries
from firstline.core.tickets.models import Participant


class AlreadyFollows(Refused):
    """The person asked for the ticket, or follows it already."""


class NotFollowing(Refused):
    """The person does not follow the ticket."""


@transaction.atomic
def add_participant(*, ticket_id: int, by_id: int | None, person_id: int, now: datetime) -> Participant:
    """Let a person follow a ticket: they read it, write in it and may confirm it.

    Staff add anybody; the requester and their organisation's manager add people of the same organisation.
    Raises AlreadyFollows, NotThere, NotAllowed; then nothing is written.
    """
    turn = asking(ticket_id, by_id=by_id, now=now)
    person = _to_be_added(turn, person_id)
    if turn.ticket.requester_id == person.pk:
        raise AlreadyFollows(_("%(who)s asked for this ticket, and so follows it already."), who=str(person))
    if turn.ticket.participants.filter(person=person, ended_at=None).exists():
        raise AlreadyFollows(_("%(who)s follows this ticket already."), who=str(person))
    added = Participant.objects.create(
        ticket=turn.ticket, person=person, added_by_id=by_id, added_at=turn.moment
    )  # fmt: skip
    turn.tell("participant added", {"person": person.pk, "participant": added.pk})
    return added


@transaction.atomic
def remove_participant(*, ticket_id: int, by_id: int, person_id: int, now: datetime) -> Participant:
    """End a person's following: by staff, by the requester, or by the person.

    Raises NotFollowing, NotThere, NotAllowed; then nothing is written.
    """
    turn = asking(ticket_id, by_id=by_id, now=now)
    if by_id not in (person_id, turn.ticket.requester_id) and not _helps(turn):
        raise NotAllowed(_("Only staff, the requester, or the person in question can end this."))
    followed = turn.ticket.participants.filter(person_id=person_id, ended_at=None).first()
    if followed is None:
        raise NotFollowing(_("That person does not follow this ticket."))
    followed.ended_at = turn.moment
    followed.save(update_fields=["ended_at"])
    turn.tell("participant removed", {"person": person_id, "participant": followed.pk})
    return followed


def leave(*, ticket_id: int, person_id: int, now: datetime) -> bool:
    """End a person's own following of a ticket; False if they do not follow it, or no more."""
    try:
        remove_participant(ticket_id=ticket_id, by_id=person_id, person_id=person_id, now=now)
    except (NotFollowing, NotThere):
        return False
    return True


def _to_be_added(turn: Turn, person_id: int) -> Person:
    person = Person.objects.filter(pk=person_id, ended_at=None).first()
    if _helps(turn):
        if person is None:
            raise NotThere(_("There is no such person."), field="person")
        return person
    ticket, scope = turn.ticket, turn.scope
    if ticket.requester_id != turn.by_id and ticket.organisation_id not in scope.organisations:
        raise NotAllowed(_("Only staff or the requester can add people to this ticket."))
    # Whoever asks learns nothing of people outside their own organisation, not even that they exist.
    if person is None or person.organisation_id is None or person.organisation_id != ticket.organisation_id:
        raise NotThere(_("There is no such person in your organisation."), field="person")
    return person


def _helps(turn: Turn) -> bool:
    return turn.scope.works_on(turn.ticket.desk_id, queries.involved_teams(turn.ticket))
