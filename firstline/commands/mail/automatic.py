"""Mail that no person wrote, or that came round in a circle: never answered, and some of it left alone altogether."""

from __future__ import annotations

import re
from email.utils import parseaddr

from firstline.commands import conversation
from firstline.commands.intake import Settled
from firstline.commands.mail import parts, wholes
from firstline.commands.mail.arrival import Arrival, key_of
from firstline.commands.mail.referring import Reference
from firstline.core import rows
from firstline.core.intake.models import Envelope
from firstline.core.kernel.prepared import Prepared
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket

# As notices make Message-IDs: random, and long enough that nothing else looks so by chance.
_OWN_ID = re.compile(r"\.[0-9a-f]{32}@")
_MAILBOX = Prepared("SELECT 1 FROM intake_mailbox WHERE key = %s AND ended_at IS NULL LIMIT 1")
OWN_MAIL = "our own mail"
ANSWERS_NOTHING = "automatic answer to nothing that is open here"
# Made by a program because a mail came: worth no ticket of their own.
_ANSWERS = {"reply", "receipt"}
_ROBOTS = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply")


# Reports that somebody handed on, or that no reader of reports knows: a confirmation could go round in a circle.
_REPORTS = re.compile(
    r"returned mail|undeliver|delivery status notification|mail delivery (failed|failure|system)|failure notice"
    r"|delivery (has )?failed|не доставлен",
    re.IGNORECASE,
)


def no_answer(arrival: Arrival) -> bool:
    """Whether the mail must not be answered without a person's doing (RFC 3834)."""
    mail = arrival.mail
    if mail.automatic or mail.auto_reply or mail.bounce or mail.abuse or _by_others_list(arrival):
        return True
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if (
        submitted not in ("", "no")
        or mail.header("x-auto-response-suppress")
        or mail.header("return-path").strip() == "<>"
    ):
        return True
    if _REPORTS.search(arrival.subject):
        return True
    local = arrival.sender_key.partition("@")[0]
    return not local or local.startswith(_ROBOTS)


def ignore_own(arrival: Arrival) -> Settled | None:
    """Leave alone what this desk sent itself: it breaks every circle at its first turn."""
    if _is_ours(arrival):
        return arrival.ignored(OWN_MAIL)
    return None


def join_silently(arrival: Arrival, referred: list[Reference]) -> Settled | None:
    """Keep an automatic answer beside the ticket it answers: nothing is woken, no clock moves, nobody is told.

    One that answers nothing its sender has a part in is left alone. None for mail that is no automatic answer.
    """
    if not arrival.mail.auto_reply:
        return None
    person = arrival.sender
    for reference in referred:
        if person is not None and parts.has_part(person, reference.ticket):
            return _beside(arrival, reference.ticket, person)
    return arrival.ignored(ANSWERS_NOTHING) if arrival.mail.automatic in _ANSWERS else None


def _beside(arrival: Arrival, ticket: Ticket, person: Person) -> Settled:
    arrival.envelope.person = person
    message = conversation.remark(
        ticket_id=ticket.pk, kind="auto-reply came", author_id=person.pk, text=arrival.new_text, files=arrival.files,
        envelope_id=arrival.envelope.pk, carrier_id=arrival.carrier_id, now=arrival.now, arrived_at=arrival.at,
    )  # fmt: skip
    wholes.keep_whole(message.pk, arrival)
    return Settled(Envelope.Outcome.JOINED, ticket.pk, message.pk)


def _by_others_list(arrival: Arrival) -> bool:
    """Whether it came by a list or in bulk; a group that is an address of ours passes on what people write to us."""
    return arrival.mail.listed and not _is_our_address(key_of(arrival.mail.list_address), arrival)


def _is_our_address(key: str, arrival: Arrival) -> bool:
    if not key:
        return False
    return key == key_of(parseaddr(arrival.desk.mail_from)[1]) or _is_mailbox(key)


def _is_mailbox(key: str) -> bool:
    return bool(key) and bool(rows.read([], _MAILBOX, [key]))


def _is_ours(arrival: Arrival) -> bool:
    if _is_mailbox(arrival.sender_key):
        return True
    sent = arrival.carrier_id
    return sent is not None and bool(_OWN_ID.search(sent)) and Letter.objects.filter(message_id=sent).exists()
