"""Senders whose mail is left alone, and spam: both done and undone on record."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from firstline.commands import clocks, founding, ownership, tasks
from firstline.commands.turn import working
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, Refused, _
from firstline.core.mail import queries as senders
from firstline.core.mail.models import BlockedSender
from firstline.core.people import contacts, queries
from firstline.core.people.models import Desk
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


class AlreadyBlocked(Refused):
    """The sender is blocked already."""


class NotSpam(Refused):
    """The ticket is not marked as spam."""


@transaction.atomic
def block_sender(*, desk_id: int, sender: str, by_id: int | None, now: datetime, why: str = "") -> BlockedSender:
    """Leave mail of an address (name@example.org) or of a whole domain (example.org) alone from now on.

    By anybody who works on the desk's first line or manages it; a domain by its manager only.
    Raises AlreadyBlocked, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    kind, key = _kind_and_key(sender)
    _may_block(desk_id, by_id, kind)
    if not Desk.objects.select_for_update().filter(pk=desk_id, ended_at=None).exists():
        raise NotThere(_("There is no such desk."), field="desk")
    reason = written.line(why, field="why", limit=200, needed=False)
    blocked = BlockedSender(desk_id=desk_id, kind=kind, key=key, why=reason, blocked_by_id=by_id, blocked_at=now)
    try:
        with transaction.atomic():
            blocked.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyBlocked(_("This sender is blocked already."), field="sender") from error
    facts = {"blocked": blocked.pk, "kind": kind, "sender": founding.digest(key)}
    founding.tell(f"mail:{desk_id}", "sender blocked", by_id=by_id, now=now, facts=facts)
    return blocked


@transaction.atomic
def unblock_sender(*, blocked_id: int, by_id: int | None, now: datetime) -> BlockedSender:
    """Let a sender's mail in again; what came meanwhile lies in its envelopes. Raises NotThere, NotAllowed."""
    blocked = BlockedSender.objects.select_for_update().filter(pk=blocked_id, ended_at=None).first()
    if blocked is None:
        founding.managing(by_id, None)
        raise NotThere(_("This sender is not blocked."))
    _may_block(blocked.desk_id, by_id, blocked.kind)
    blocked.ended_at = now
    blocked.save(update_fields=["ended_at"])
    founding.tell(f"mail:{blocked.desk_id}", "sender unblocked", by_id=by_id, now=now, facts={"blocked": blocked.pk})
    return blocked


@transaction.atomic
def mark_spam(*, ticket_id: int, by_id: int, now: datetime, block: bool = False) -> Ticket:
    """Close a ticket that is no request: nobody is told, and its clocks end without a verdict.

    block   its requester's address is blocked too; by the desk's first line
    raises  AlreadyClosed, NotThere, NotAllowed; then nothing is written
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    turn.must_be_open()
    ended = clocks.end_all(turn.ticket, "spam", turn.moment)
    ownership.end_holdings(turn)
    turn.tell("marked as spam", {"closing": str(Closing.SPAM), **ended, **tasks.end_tasks(turn)})
    address = _key_of_requester(turn.ticket) if block else ""
    if address and senders.blocked(turn.ticket.desk_id, address) is None:
        block_sender(desk_id=turn.ticket.desk_id, sender=address, by_id=by_id, now=now, why="spam")
    return turn.ticket


@transaction.atomic
def unmark_spam(*, ticket_id: int, by_id: int, now: datetime) -> Ticket:
    """Take a ticket up again that was taken for spam; its sender is let in again, if that had blocked them.

    Raises NotSpam, NotThere, NotAllowed; then nothing is written.
    """
    turn = working(ticket_id, by_id=by_id, now=now)
    ticket = turn.ticket
    if ticket.closing != Closing.SPAM:
        raise NotSpam(_("This ticket is not marked as spam."))
    running = clocks.reopen(ticket, turn.moment)
    ownership.begin_again(turn)
    turn.tell("unmarked as spam", running)
    address = _key_of_requester(ticket)
    blocked = senders.blocked(ticket.desk_id, address) if address else None
    if blocked is not None and blocked.kind == BlockedSender.Kind.ADDRESS:
        unblock_sender(blocked_id=blocked.pk, by_id=by_id, now=now)
    return ticket


def _key_of_requester(ticket: Ticket) -> str:
    address = queries.mail_of(ticket.requester_id)
    return contacts.mail_key(address) if address else ""


def _kind_and_key(sender: str) -> tuple[str, str]:
    text = written.line(sender, field="sender", limit=320)
    if "@" in text.lstrip("@"):
        return BlockedSender.Kind.ADDRESS, contacts.mail_key(text)
    domain = text.lstrip("@").strip(".").lower()
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        ascii_domain = ""
    if not _DOMAIN.fullmatch(ascii_domain):
        raise BadInput(_("Write an address such as name@example.org, or a domain such as example.org."), field="sender")
    return BlockedSender.Kind.DOMAIN, ascii_domain


def _may_block(desk_id: int, by_id: int | None, kind: str) -> None:
    scope = founding.scope(by_id)
    if scope.manages(desk_id):
        return
    if kind == BlockedSender.Kind.DOMAIN or desk_id not in scope.desks_fronted:
        raise NotAllowed(_("Only the desk's first line may block a sender, and only its manager a whole domain."))
