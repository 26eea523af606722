"""How tickets stand to one another: merge, unmerge, split, link, unlink.

Two tickets are locked lowest id first, and each gets its own entry. Tickets of two desks, or of two
customers, are never made one: whoever reads the one would come to read the other.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import merging, registration
from firstline.commands.conversation import File
from firstline.commands.duty import succession
from firstline.commands.turn import Turn, working
from firstline.core.intake.store import bytes_of
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Desk
from firstline.core.tickets import queries
from firstline.core.tickets.models import Link, Message, Ticket
from firstline.core.tickets.states import Audience

# Kinds that make a direction, in which nothing may come round to itself.
DIRECTED = (Link.Kind.CHILD_OF, Link.Kind.CAUSED_BY)
BY_HAND = (Link.Kind.RELATES, *DIRECTED)


class SameTicket(Refused):
    """A ticket has nothing to do with itself."""


class OtherDesk(Refused):
    """The two tickets are at different desks."""


class OtherCustomer(Refused):
    """The two tickets belong to different customers."""


class Merged(Refused):
    """One of the tickets is part of another one."""


class NotMerged(Refused):
    """The ticket is no part of another one."""


class AlreadyLinked(Refused):
    """The two tickets are linked so already."""


class GoesRound(Refused):
    """The link would lead from a ticket back to itself."""


class NotLinked(Refused):
    """The link was ended."""


class NotPublic(Refused):
    """What is no public message, or was redacted, cannot become a request of its own."""


@transaction.atomic
def merge(*, ticket_id: int, into_id: int, by_id: int, now: datetime) -> Ticket:
    """Make an open ticket part of another open one of the same customer; it is closed, and keeps its history.

    Its clocks end without a verdict; its requester follows the other ticket from now on.
    Raises SameTicket, OtherDesk, OtherCustomer, Merged, AlreadyClosed, NotThere, NotAllowed; then nothing is written.
    """
    source, target = _both(ticket_id, into_id, by_id, now)
    for turn in (source, target):
        if turn.ticket.merged_into_id:
            raise Merged(_("%(ticket)s is part of another ticket already."), ticket=str(turn.ticket))
        turn.must_be_open()
    if source.ticket.organisation_id != target.ticket.organisation_id:
        raise OtherCustomer(_("These tickets belong to different customers; link them instead."))
    followers = merging.followed(source, target)
    source.tell("merged", {"into": target.ticket.pk, **merging.ended(source)})
    target.tell("absorbed", {"ticket": source.ticket.pk, "participants": followers})
    return source.ticket


@transaction.atomic
def unmerge(*, ticket_id: int, by_id: int, now: datetime) -> Ticket:
    """Undo a merge: state, holding, offer, tasks and clocks stand again as they stood before it.

    Raises NotMerged, NotThere, NotAllowed; then nothing is written.
    """
    target_id = Ticket.objects.filter(pk=ticket_id).values_list("merged_into_id", flat=True).first()
    if target_id is None:
        turn = working(ticket_id, by_id=by_id, now=now)
        raise NotMerged(_("%(ticket)s is not part of another ticket."), ticket=str(turn.ticket))
    source, target = _both(ticket_id, target_id, by_id, now)
    if source.ticket.merged_into_id != target_id:
        raise NotMerged(_("%(ticket)s is not part of another ticket."), ticket=str(source.ticket))
    merging.let_go(source, target)
    source.tell("unmerged", merging.restored(source))
    target.tell("released", {"ticket": source.ticket.pk})
    succession.after_reopening(source.ticket, now)
    return source.ticket


@transaction.atomic
def split(*, message_id: int, by_id: int, now: datetime, subject: str = "") -> Ticket:
    """Register a public message of a ticket as a request of its own, linked to where it was said.

    returns  the new ticket, whose clocks start now; its requester is whoever said it, if they asked for the old one
    raises   NotPublic, NotThere, NotAllowed, BadInput; then nothing is written
    """
    message = Message.objects.select_related("content").filter(pk=message_id).first()
    if message is None:
        raise NotThere(_("There is no such message."))
    turn = working(message.ticket_id, by_id=by_id, now=now)
    text = message.content.text
    if message.audience != Audience.PUBLIC or text is None:
        raise NotPublic(_("Only a public message that was not redacted can become a request of its own."))
    request = _request_of(turn.ticket, message, text, written.line(subject, field="subject", needed=False))
    made = registration.register(request=request, by_id=by_id, now=now)
    turn.tell("split off", {"ticket": made.pk, "message": message.pk})
    return made


@transaction.atomic
def link(*, ticket_id: int, other_id: int, kind: str, by_id: int, now: datetime) -> Link:
    """Link two tickets of one desk: `ticket` relates to, is caused by, or is a child of `other`.

    Raises AlreadyLinked, GoesRound, SameTicket, OtherDesk, Merged, BadInput, NotThere, NotAllowed; then nothing is
    written.
    """
    if kind not in BY_HAND:
        raise BadInput(_("A ticket relates to another, is caused by it, or is a child of it."), field="kind")
    one_at_a_time(ticket_id)
    one, other = _both(ticket_id, other_id, by_id, now)
    for turn in (one, other):
        if turn.ticket.merged_into_id:
            raise Merged(_("%(ticket)s is part of another ticket; link that one."), ticket=str(turn.ticket))
    if _linked(one.ticket, other.ticket, kind):
        raise AlreadyLinked(_("These tickets are linked so already."))
    if kind in DIRECTED and one.ticket.pk in queries.linked_onwards(other.ticket.pk, kind):
        raise GoesRound(_("This link would lead from the ticket back to itself."))
    made = Link.objects.create(
        ticket=one.ticket, other=other.ticket, kind=kind, linked_by_id=by_id, linked_at=one.moment
    )
    tell_both("linked", made, one, other)
    return made


@transaction.atomic
def unlink(*, link_id: int, by_id: int, now: datetime) -> Link:
    """End a link between two tickets. Raises NotLinked, NotThere, NotAllowed; then nothing is written."""
    present = Link.objects.filter(pk=link_id).first()
    if present is None:
        raise NotThere(_("There is no such link."))
    one, other = _both(present.ticket_id, present.other_id, by_id, now)
    present.refresh_from_db()
    if present.ended_at is not None:
        raise NotLinked(_("These tickets are linked no more."))
    present.ended_at = one.moment
    present.save(update_fields=["ended_at"])
    tell_both("unlinked", present, one, other)
    return present


def _both(ticket_id: int, other_id: int, by_id: int, now: datetime) -> tuple[Turn, Turn]:
    """Return the turns at two tickets of one desk, locked lowest id first so that no two wait for each other."""
    if ticket_id == other_id:
        raise SameTicket(_("Name another ticket; this one is the ticket itself."), field="other")
    turns = {each: working(each, by_id=by_id, now=now) for each in sorted((ticket_id, other_id))}
    one, other = turns[ticket_id], turns[other_id]
    if one.ticket.desk_id != other.ticket.desk_id:
        raise OtherDesk(_("%(other)s is at another desk."), other=str(other.ticket))
    # Both facts happened at one instant, behind whatever each ticket saw last.
    one.moment = other.moment = max(one.moment, other.moment)
    return one, other


def _request_of(ticket: Ticket, message: Message, text: str, subject: str) -> registration.Request:
    asked = queries.asked_by(message.author_id or 0).filter(pk=ticket.pk).exists()
    files = message.attachments.filter(redacted_at=None).select_related("blob")
    return registration.Request(
        desk_id=ticket.desk_id,
        requester_id=(message.author_id or 0) if asked else ticket.requester_id,
        text=text,
        subject=subject,
        channel=message.channel if asked else ticket.channel,
        service_id=ticket.service_id if ticket.service and ticket.service.ended_at is None else None,
        files=[File(file.name, file.content_type, bytes_of(file.blob)) for file in files],
        linked=(Link.Kind.SPLIT_FROM, ticket.pk),
    )


def one_at_a_time(ticket_id: int) -> None:
    """Let links of a desk be made one after another: three at once could close a circle none of them sees."""
    list(Desk.objects.select_for_update(no_key=True).filter(tickets=ticket_id))


def _linked(one: Ticket, other: Ticket, kind: str) -> bool:
    links = Link.objects.filter(kind=kind, ended_at=None)
    if kind == Link.Kind.RELATES and links.filter(ticket=other, other=one).exists():
        return True
    return links.filter(ticket=one, other=other).exists()


def tell_both(kind: str, link: Link, one: Turn, other: Turn) -> None:
    facts = {"link": link.pk, "how": link.kind, "ticket": one.ticket.pk, "other": other.ticket.pk}
    one.tell(kind, facts)
    other.tell(kind, facts)
