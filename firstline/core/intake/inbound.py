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
    """What a bounce says of one recipient.

    address   as the report names it; "" when it names nobody
    status    an enhanced status code (RFC 3463), "" when none is told
    reason    one word for the kind of trouble: the list is in docs/features/mail-in.md
    hard      whether the address will never work: mail to it should cease
    late      whether the report only says that delivery takes long, and is still tried
    """

    address: str
    status: str
    reason: str
    hard: bool
    late: bool = False


@dataclass(frozen=True)
class Bounce:
    """A report that mail could not be, or was only late, delivered.

    message_id   of the letter that came back, without angle brackets; "" when the report does not show it
    returned     the header of that letter, as far as it came back: name in lower case, decoded value
    """

    recipients: tuple[Recipient, ...]
    message_id: str = ""
    returned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Abuse:
    """A complaint about mail that was sent, as mail providers report it (RFC 5965).

    kind         what it is about: abuse, fraud, virus, not-spam, auth-failure, opt-out, other
    addresses    who had received the mail; often hidden, and then empty
    message_id   of the mail complained of, without angle brackets, or ""
    returned     the header of that mail: name in lower case, decoded value
    """

    kind: str
    addresses: tuple[str, ...] = ()
    message_id: str = ""
    returned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Security:
    """What came of checking a signature, and of opening what was encrypted, with the desk's own keys.

    standard    "S/MIME" or "PGP"
    signature   "" when there is none; "valid": made by one the desk trusts, and nothing was changed;
                "untrusted": nothing was changed, but the desk does not know who signed;
                "broken": the signature does not fit what was sent; "unchecked": it could not be checked
    signers     the mail addresses that the signers' keys or certificates name
    opened      whether the mail was encrypted and could be read
    weak        whether it was encrypted in a way that no longer keeps a secret
    why         what stood in the way, in English, for the person who looks into it
    """

    standard: str
    signature: str = ""
    signers: tuple[str, ...] = ()
    opened: bool = False
    weak: bool = False
    why: str = ""


@dataclass(frozen=True)
class Inbound:
    """One mail as it was understood.

    message_id   without angle brackets; "" when the mail has none; so too in_reply_to and references
    sent_at      aware, UTC; None when the mail names no readable date
    text         the body as plain text, made from the HTML where the mail has no other; never None
    html         the body as it came, neither cleaned nor safe to show; "" when the mail has none
    reply_text   what is new in `text`: without quoted mail and without signatures; all of it when in doubt
    files        everything that is not the body; pictures that the HTML shows are `inline`
    signed       whether a signature is part of the mail, whatever it is worth; so too encrypted
    security     what became of that with the desk's keys; None until it was tried
    automatic    what made the mail when no person did: "reply" (a vacation's answer, a robot's), "receipt"
                 (delivered, read), "calendar" (an invitation accepted or declined), "notice" (any other mail
                 of a program); "" for a person's mail, and for bounces, which say more
    auto_reply   whether it answers somebody's mail without a person: the first three of `automatic`
    bounce       the report in it, if the mail is one; so too abuse
    listed       whether it came by a mailing list or was sent in bulk
    list_address   of that list, in lower case; "" when the mail names none
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
    security: Security | None = None
    automatic: str = ""
    auto_reply: bool = False
    bounce: Bounce | None = None
    abuse: Abuse | None = None
    listed: bool = False
    list_address: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    trouble: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """Return the first header of that name (any case), decoded, or ""."""
        return next((value for key, value in self.headers if key == name.lower()), "")
