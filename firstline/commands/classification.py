"""What a ticket is and how soon it is needed: reclassify, prioritise, retitle, tag, and whose need it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import clocks, searching
from firstline.commands.turn import AlreadyClosed, Turn, working
from firstline.commands.turn import retitle as set_subject
from firstline.core.journal import contents
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Person
from firstline.core.services.models import Category, Service
from firstline.core.tickets.models import Tag, Tagging, Ticket
from firstline.core.tickets.states import Kind, State, priority_of

# Stands for "leave it as it is", where None means "none".
KEPT: Any = object()


class NothingChanges(Refused):
    """The ticket is so already."""


class NotTagged(Refused):
    """The ticket does not bear the tag."""


@transaction.atomic
def reclassify(
    *, ticket_id: int, by_id: int, now: datetime, kind: str = KEPT, service_id: int | None = KEPT,
    category_id: int | None = KEPT,
) -> Ticket:  # fmt: skip
    """Say what a ticket is about; what is not given stays. Another service may bring another promise.

    Raises NothingChanges, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = _classifying(ticket_id, by_id, now)
    given = {"kind": kind, "service_id": service_id, "category_id": category_id}
    changed = _changed(turn.ticket, given)
    _check_class(turn.ticket.desk_id, changed)
    turn.tell("reclassified", {**changed, **_was(turn.ticket, changed), **_promised(turn, changed, "reclassified")})
    return turn.ticket


@transaction.atomic
def set_priority(*, ticket_id: int, by_id: int | None, impact: int, urgency: int, why: str, now: datetime) -> Ticket:
    """Set impact and urgency, each 1 (worst) to 4, with the reason; the matrix gives the priority.

    Clocks whose promise differs now end, and begin anew from their original start.
    Raises NothingChanges, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    for field, value in (("impact", impact), ("urgency", urgency)):
        if not 1 <= value <= 4:
            raise BadInput(_("Impact and urgency go from 1 (worst) to 4."), field=field)
    given = {"impact": impact, "urgency": urgency, "priority": priority_of(impact, urgency)}
    changed = _changed(turn.ticket, given)
    reason = contents.keep(written.body(why, field="why", limit=5000))
    facts = {**changed, **_was(turn.ticket, changed), "why": reason.digest}
    turn.tell("prioritised", {**facts, **_promised(turn, changed, "prioritised")})
    return turn.ticket


@transaction.atomic
def change_requester(*, ticket_id: int, by_id: int, requester_id: int, now: datetime) -> Ticket:
    """Say whose need it really is; their organisation and site come with them, and so may another promise.

    Whoever was named before sees the ticket no more, unless they are its participant.
    Raises NothingChanges, AlreadyClosed, NotThere, NotAllowed; then nothing is written.
    """
    turn = _classifying(ticket_id, by_id, now)
    person = Person.objects.filter(pk=requester_id, ended_at=None).first()
    if person is None:
        raise NotThere(_("There is no such person."), field="requester")
    if turn.ticket.requester_id == person.pk:
        raise NothingChanges(_("%(who)s is this ticket's requester already."), who=str(person))
    given = {
        "requester_id": person.pk,
        "organisation_id": person.organisation_id,
        "site_id": person.site_id,
    }
    changed = _changed(turn.ticket, given)
    facts = {**changed, **_was(turn.ticket, changed)}
    turn.tell("requester changed", {**facts, **_promised(turn, changed, "requester")})
    return turn.ticket


@transaction.atomic
def retitle(*, ticket_id: int, by_id: int, subject: str, now: datetime) -> Ticket:
    """Give the ticket a subject that says what it is about; at most 300 characters.

    Raises NothingChanges, AlreadyClosed, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = _classifying(ticket_id, by_id, now)
    title = written.line(subject, field="subject")
    if title == turn.ticket.subject:
        raise NothingChanges(_("This is the ticket's subject already."))
    turn.tell("retitled", {"subject": set_subject(turn.ticket, title)})
    searching.index_heading(turn.ticket)
    return turn.ticket


@transaction.atomic
def tag(*, ticket_id: int, by_id: int | None, name: str, now: datetime) -> Tagging:
    """Put one of the desk's tags on a ticket, made on first use; tags are kept in lower case.

    Raises NothingChanges, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    word = _tag_name(name)
    if turn.ticket.taggings.filter(tag__name=word, ended_at=None).exists():
        raise NothingChanges(_("This ticket has the tag %(tag)s already."), tag=word)
    known, _made = Tag.objects.get_or_create(desk_id=turn.ticket.desk_id, name=word)
    tagging = Tagging.objects.create(ticket=turn.ticket, tag=known, tagged_by_id=by_id, tagged_at=turn.moment)
    turn.tell("tagged", {"tag": known.pk})
    return tagging


@transaction.atomic
def untag(*, ticket_id: int, by_id: int, name: str, now: datetime) -> Tagging:
    """Take a tag off a ticket. Raises NotTagged, NotThere, NotAllowed; then nothing is written."""
    turn = working(ticket_id, by_id=by_id, now=now)
    tagging = turn.ticket.taggings.filter(tag__name=_tag_name(name), ended_at=None).first()
    if tagging is None:
        raise NotTagged(_("This ticket does not have the tag %(tag)s."), tag=_tag_name(name))
    tagging.ended_at = turn.moment
    tagging.save(update_fields=["ended_at"])
    turn.tell("untagged", {"tag": tagging.tag_id})
    return tagging


def _classifying(ticket_id: int, by_id: int, now: datetime) -> Turn:
    """What a ticket is may still be put right after it was resolved, until it is closed."""
    turn = working(ticket_id, by_id=by_id, now=now)
    if turn.ticket.state == State.CLOSED:
        raise AlreadyClosed(_("This ticket is closed; reopen it first, or register a new one."))
    return turn


def _changed(ticket: Ticket, given: dict[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in given.items() if value is not KEPT and value != getattr(ticket, name)}
    if not changed:
        raise NothingChanges(_("Nothing would change: the ticket is so already."))
    return changed


def _was(ticket: Ticket, changed: dict[str, Any]) -> dict[str, Any]:
    return {"was": {name: getattr(ticket, name) for name in changed}}


def _check_class(desk_id: int, changed: dict[str, Any]) -> None:
    if "kind" in changed:
        if changed["kind"] not in list(Kind):
            raise BadInput(_("A ticket is an incident, a request or a question."), field="kind")
        changed["kind"] = str(changed["kind"])
    if (service := changed.get("service_id")) is not None and not _is_there(Service, service, desk_id):
        raise NotThere(_("This desk has no such service."), field="service")
    if (category := changed.get("category_id")) is not None and not _is_there(Category, category, desk_id):
        raise NotThere(_("This desk has no such category."), field="category")


def _is_there(model: type[Service] | type[Category], row: int, desk_id: int) -> bool:
    return model._default_manager.filter(pk=row, desk_id=desk_id, ended_at=None).exists()


def _promised(turn: Turn, changed: dict[str, Any], why: str) -> dict[str, Any]:
    """Choose the agreement again, as the ticket will stand after `changed`."""
    for name, value in changed.items():
        setattr(turn.ticket, name, value)
    return clocks.choose_again(turn.ticket, why, turn.moment)


def _tag_name(name: str) -> str:
    return written.line(name, field="tag", limit=60).casefold()[:60]
