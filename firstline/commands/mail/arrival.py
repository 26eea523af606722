"""One mail on its way to becoming something: what arrived, where, and what it says in words that can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import PurePosixPath

from firstline.commands.conversation import File
from firstline.commands.intake import Settled
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope, Mailbox
from firstline.core.kernel import written
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people import contacts
from firstline.core.people.models import ContactPoint, Desk, Person
from firstline.core.people.queries import by_contact, home_desk

NOTHING_WRITTEN = "(no text)"
_ID_LIMIT = 300
_NAME_LIMIT = 255
_BROKEN = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Arrival:
    """A mail in its locked envelope, the desk it came to, and the instant at which it is settled."""

    envelope: Envelope
    mail: Inbound
    desk: Desk
    mailbox: Mailbox | None
    now: datetime

    @classmethod
    def of(cls, envelope: Envelope, mail: Inbound, now: datetime) -> Arrival:
        """Return the arrival; without a mailbox it is for the home desk. Raises NotThere where there is no desk."""
        mailbox = envelope.mailbox
        desk = mailbox.desk if mailbox else home_desk()
        if desk is None:
            raise NotThere(_("There is no desk yet that could take this mail."))
        return cls(envelope, mail, desk, mailbox, now)

    @property
    def at(self) -> datetime:
        """When it reached the desk: clocks start then, however long it took to be understood."""
        return min(self.envelope.received_at, self.now)

    @cached_property
    def sender_key(self) -> str:
        """The address the mail says it comes from, as addresses are compared; "" where it names none."""
        return key_of(self.mail.from_[0].address) if self.mail.from_ else ""

    @cached_property
    def sender(self) -> Person | None:
        """The person the mail says it comes from, if the desk knew them when it arrived and they are still here."""
        person = by_contact(ContactPoint.Kind.EMAIL, self.sender_key) if self.sender_key else None
        return person if person is not None and person.ended_at is None else None

    @cached_property
    def carrier_id(self) -> str | None:
        """The mail's Message-ID as messages keep it; None when it has none, or a monstrous one."""
        whole = f"<{sound(self.mail.message_id)}>" if self.mail.message_id else ""
        return whole if 2 < len(whole) <= _ID_LIMIT else None

    @cached_property
    def subject(self) -> str:
        """The subject as a ticket can have it."""
        return " ".join(sound(self.mail.subject).split())[: written.SUBJECT_LIMIT]

    @cached_property
    def whole_text(self) -> str:
        """Everything the mail says, as it can be kept."""
        return kept(self.mail.text)

    @cached_property
    def new_text(self) -> str:
        """What is new in it; where nothing else is, its subject."""
        return kept(self.mail.reply_text).strip() or self.whole_text.strip() or self.subject or NOTHING_WRITTEN

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Its files, byte for byte, under names that can be kept."""
        return tuple(
            File(
                name=_name(file.name), content_type=sound(file.content_type), data=file.data,
                content_id=sound(file.content_id), inline=file.inline,
            )
            for file in self.mail.files
        )  # fmt: skip

    def ignored(self, rule: str) -> Settled:
        """Return the outcome of a mail that a rule leaves alone; the envelope keeps the rule's name."""
        return Settled(Envelope.Outcome.IGNORED, why=rule[:300])


def key_of(address: str) -> str:
    """Return an address as it is compared, or "" where it is none."""
    try:
        return contacts.mail_key(sound(address))
    except contacts.BadContact:
        return ""


def sound(text: str) -> str:
    """Return text without what no database can give back: NUL, and halves of characters."""
    return _BROKEN.sub("\N{REPLACEMENT CHARACTER}", text)


def kept(text: str) -> str:
    """Return text that fits a message, its end left out if it must be: the envelope has it all."""
    return sound(text)[: written.TEXT_LIMIT]


def _name(given: str) -> str:
    name = " ".join(sound(given).split()) or "file"
    if len(name) <= _NAME_LIMIT:
        return name
    ending = PurePosixPath(name).suffix[:20]
    return name[: _NAME_LIMIT - len(ending)] + ending
