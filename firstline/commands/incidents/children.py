"""The tickets a major incident stands for: adopted, released, joined by those who are hit too, solved with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from firstline.commands import progress, registration, structure
from firstline.commands.incidents import majors, statuses
from firstline.commands.incidents.majors import PartOfMajor
from firstline.commands.turn import Turn, allowed
from firstline.core.incidents import queries
from firstline.core.incidents.models import MajorIncident
from firstline.core.journal import contents
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.outbox.owe import owe
from firstline.core.people.models import Person
from firstline.core.tickets import queries as tickets
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import DONE

TELL = "firstline.worker.incidents.tell"


class NotAPart(Refused):
    """The ticket is no child of this major incident."""


@transaction.atomic
def adopt(*, major_id: int, child_id: int, by_id: int | None, now: datetime) -> Link:
    """Make an open ticket of the same desk a child; it is told the present status.

    by_id   the commander, or who works on the parent; None for what the desk itself was told to do
    raises  PartOfMajor, AlreadyLinked, GoesRound, OtherDesk, OtherCustomer, SameTicket, AlreadyClosed, NotRunning,
            NotThere, NotAllowed; then nothing is written
    """
    major = _of(major_id)
    structure.one_at_a_time(major.ticket_id)
    child, parent = _both(child_id, major, by_id, now)
    _must_fit(child, major)
    link = Link.objects.create(
        ticket=child.ticket, other_id=major.ticket_id, kind=Link.Kind.CHILD_OF, linked_by_id=by_id,
        linked_at=child.moment,
    )  # fmt: skip
    structure.tell_both("linked", link, child, parent)
    _owe_status(major, child_id, now)
    return link


@transaction.atomic
def release(*, major_id: int, child_id: int, by_id: int, now: datetime) -> Link:
    """Let a child go: it has another cause, and goes on by itself.

    Raises NotAPart, NotRunning, NotThere, NotAllowed; then nothing is written.
    """
    major = _of(major_id)
    child, parent = _both(child_id, major, by_id, now)
    link = child.ticket.links.filter(other_id=major.ticket_id, kind=Link.Kind.CHILD_OF, ended_at=None).first()
    if link is None:
        raise NotAPart(_("%(ticket)s is no part of this major incident."), ticket=str(child.ticket))
    link.ended_at = child.moment
    link.save(update_fields=["ended_at"])
    structure.tell_both("unlinked", link, child, parent)
    return link


@transaction.atomic(savepoint=False)
def me_too(
    *, major_id: int, person_id: int, subject: str, text: str, now: datetime, envelope_id: int | None = None
) -> Ticket:
    """Register that somebody else is hit: a child with a number, a promise and a status of its own.

    subject, text  in the person's language; the parent's words are its requester's, and are not shown
    returns        the child; the one of the first time if this person has joined before
    raises         NotRunning, NotThere (also for whom it is not told to), and what registration raises
    """
    major = _of(major_id)
    parent = allowed(major.ticket_id, by_id=person_id, now=now)
    major.refresh_from_db()
    person = Person.objects.filter(pk=person_id, ended_at=None).first()
    if person is None or not queries.told_to(person).filter(pk=major_id).exists():
        majors.must_run(major)
        raise NotThere(_("There is no such major incident."))
    present = queries.joined_by(person_id, major)
    if present is not None:
        return present
    request = registration.Request(
        desk_id=major.desk_id, requester_id=person_id, text=text, subject=subject, channel="form",
        service_id=parent.ticket.service_id, linked=(Link.Kind.CHILD_OF, major.ticket_id),
    )  # fmt: skip
    child = registration.register(request=request, by_id=person_id, now=now, envelope_id=envelope_id)
    link = child.links.get(kind=Link.Kind.CHILD_OF)
    parent.tell("linked", {"link": link.pk, "how": link.kind, "ticket": child.pk, "other": major.ticket_id})
    _owe_status(major, child.pk, now)
    return child


@transaction.atomic
def resolve_all(*, major_id: int, by_id: int, how: Mapping[str, str], now: datetime, cause: str = "") -> Ticket:
    """Solve a major incident with its children: the parent at once, each child by a job, asked for confirmation.

    how     what was done, by language, in words those who are hit may read
    raises  NotRunning, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written
    """
    turn, major = majors.commanding(major_id, by_id=by_id, now=now)
    turn.must_be_open()
    kept = statuses.keep(major, how, turn)
    own = kept.get(turn.ticket.requester.language) or next(iter(kept.values()))
    majors.ended(major, turn)
    progress.resolve_within(turn, own, cause=cause, more={"major": major.pk, "number": major.told})
    statuses.owe_spreading(major, major.told, by_id=by_id, now=now, cause=turn.ticket.cause)
    return turn.ticket


@transaction.atomic
def resolve_child(*, major_id: int, number: int, child_id: int, by_id: int, cause: str, now: datetime) -> Ticket | None:
    """Solve a child with its parent, in its requester's language; None if it is done, or a child no more."""
    turn = allowed(child_id, by_id=by_id, now=now)
    major = _of(major_id)
    text = queries.text_of(major_id, number, turn.ticket.requester.language)
    if not text or turn.ticket.state in DONE or not statuses.is_child(child_id, major):
        return None
    more = {"major": major_id, "number": number, "with": major.ticket_id}
    return progress.resolve_within(turn, contents.keep(text), cause=cause, more=more)


def _of(major_id: int) -> MajorIncident:
    major = MajorIncident.objects.filter(pk=major_id).first()
    if major is None:
        raise NotThere(_("There is no such major incident."))
    return major


def _both(child_id: int, major: MajorIncident, by_id: int | None, now: datetime) -> tuple[Turn, Turn]:
    """Return the turns at a child and its parent, locked lowest id first; the right is asked of the parent."""
    parent_id = major.ticket_id
    if child_id == parent_id:
        raise structure.SameTicket(_("Name another ticket; this one is the major incident itself."), field="other")
    first = allowed(min(child_id, parent_id), by_id=by_id, now=now)
    second = allowed(max(child_id, parent_id), by_id=by_id, now=now)
    child, parent = (first, second) if child_id < parent_id else (second, first)
    if by_id is not None:
        majors.commanding(major.pk, by_id=by_id, now=now)
        if not tickets.visible_to(child.scope).filter(pk=child_id).exists():
            raise NotThere(_("There is no such ticket."), field="other")
    else:
        major.refresh_from_db()
        majors.must_run(major)
    child.moment = parent.moment = max(child.moment, parent.moment)
    return child, parent


def _must_fit(child: Turn, major: MajorIncident) -> None:
    ticket = child.ticket
    child.must_be_open()
    if ticket.desk_id != major.desk_id:
        raise structure.OtherDesk(_("%(other)s is at another desk."), other=str(ticket))
    if major.organisation_id and ticket.organisation_id != major.organisation_id:
        raise structure.OtherCustomer(
            _("This major incident is told to the people of %(customer)s only, and %(ticket)s is another customer's."),
            customer=str(major.organisation), ticket=str(ticket),
        )  # fmt: skip
    if ticket.majors.filter(ended_at=None).exists():
        raise PartOfMajor(_("%(ticket)s is a major incident itself."), ticket=str(ticket))
    other = queries.parent_of(ticket.pk)
    if other is not None and other.ticket_id == major.ticket_id:
        raise structure.AlreadyLinked(_("%(ticket)s is part of this major incident already."), ticket=str(ticket))
    if other is not None and other.ended_at is None:
        raise PartOfMajor(
            _("%(ticket)s is part of the major incident %(other)s."), ticket=str(ticket), other=str(other.ticket)
        )
    if ticket.pk in tickets.linked_onwards(major.ticket_id, Link.Kind.CHILD_OF):
        raise structure.GoesRound(_("This link would lead from the ticket back to itself."))


def _owe_status(major: MajorIncident, child_id: int, now: datetime) -> None:
    """Owe a new child the present status, if any was told."""
    if major.told:
        owe(TELL, {"major": major.pk, "child": child_id}, now=now)
