"""As whom letters leave: the mailbox a request came to, or the desk's first one, or the address the desk was given."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings

from firstline.core.intake.models import Mailbox
from firstline.core.people.models import Desk
from firstline.core.tickets import replies
from firstline.core.tickets.models import Ticket


@dataclass(frozen=True)
class Identity:
    """The sender of a letter.

    sender      name and address, as in From
    mailbox     whose mail is read, so that answers find their way; None where nothing is
    """

    sender: str
    mailbox: Mailbox | None = None

    @property
    def own_server(self) -> str:
        """The mailbox's own server, sealed, by which only what is sent in its name leaves; "" without one."""
        if self.mailbox is None or parseaddr(self.sender)[1].casefold() != self.mailbox.address.casefold():
            return ""
        return self.mailbox.smtp

    def signature(self, language: str) -> str:
        """Return the mailbox's signature in the reader's language, or in any it has, or ""."""
        signed = self.mailbox.signature if self.mailbox else {}
        return str(signed.get(language) or next(iter(signed.values()), ""))

    def reply_to(self, *, ticket_id: int, person_id: int) -> str:
        """Return the address to which this person's answers find the ticket, or "" where answers are not read."""
        if self.mailbox is None:
            return ""
        return replies.reply_address(self.mailbox.address, ticket_id=ticket_id, person_id=person_id)


def of_ticket(ticket: Ticket) -> Identity:
    """Return as whom letters about a ticket leave."""
    mailbox = ticket.envelope.mailbox if ticket.envelope else None
    if mailbox is not None and mailbox.ended_at is None and mailbox.desk_id == ticket.desk_id:
        return as_mailbox(mailbox, ticket.desk)
    return of_desk(ticket.desk)


def of_mailbox(mailbox_id: int | None, desk: Desk | None) -> Identity:
    """Return as whom a mailbox answers what came to it, or its desk where it has ended, or where it was none."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id or 0, ended_at=None).select_related("desk").first()
    return as_mailbox(mailbox, mailbox.desk) if mailbox else of_desk(desk)


def of_desk(desk: Desk | None) -> Identity:
    """Return as whom a desk's letters leave that are about no mail."""
    if desk is None:
        return Identity(settings.MAIL_FROM)
    own = parseaddr(desk.mail_from)[1].casefold()
    boxes = list(Mailbox.objects.filter(desk=desk, ended_at=None).order_by("pk"))
    mailbox = next((box for box in boxes if box.address.casefold() == own), None)
    if mailbox is not None or (boxes and not own):
        return as_mailbox(mailbox or boxes[0], desk)
    # It writes as an address that is not read; answers are asked for at one that is.
    return Identity(desk.mail_from or settings.MAIL_FROM, boxes[0] if boxes else None)


def as_mailbox(mailbox: Mailbox, desk: Desk) -> Identity:
    """Return as whom letters leave that answer what came to a mailbox of the desk."""
    return Identity(formataddr((mailbox.name or desk.name, mailbox.address), charset="utf-8"), mailbox)
