"""What a mail says once it is understood: plain values, as a reader of mail makes it from bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Address:
    """One mailbox of a header: the name as shown ("" without one) and the address as written."""

    name: str
    address: str


@dataclass(frozen=True)
class File:
    """One attachment, byte for byte, under its decoded name without any path."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class Recipient:
    """What a bounce says of one recipient: status as of RFC 3463, reason class, hard or soft."""

    address: str
    status: str
    reason: str
    hard: bool


@dataclass(frozen=True)
class Bounce:
    """A report that mail could not be, or was only late, delivered."""

    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class Inbound:
    """One mail as it was understood.

    message_id   without angle brackets; "" when the mail has none; so too in_reply_to and references
    sent_at      aware, UTC; None when the mail names no readable date
    text         the body as plain text, made from the HTML where the mail has no other; never None
    html         the body as it came, neither cleaned nor safe to show; "" when the mail has none
    files        everything that is not the body; pictures that the HTML shows are `inline`
    headers      every header of the mail itself, in order: name in lower case, decoded value
    trouble      what had to be repaired or left out, in English, for the person who looks into it
    """

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    sent_at: datetime | None = None
    text: str = ""
    html: str = ""
    reply_text: str = ""
    files: tuple[File, ...] = ()
    signed: bool = False
    encrypted: bool = False
    auto_reply: bool = False
    bounce: Bounce | None = None
    listed: bool = False
    ours: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    trouble: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """Return the first header of that name (any case), decoded, or ""."""
        return next((value for key, value in self.headers if key == name.lower()), "")
