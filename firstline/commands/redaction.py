"""Taking words and files out of sight for good: the content goes, its digest stays under the seal.

Who redacted what, when and why remains; that something was said, and when, can still be proved.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from firstline.commands import blobs, searching
from firstline.commands.turn import Turn, working
from firstline.core.intake.models import Envelope
from firstline.core.journal import contents
from firstline.core.journal import queries as journal
from firstline.core.journal.models import Content
from firstline.core.kernel import written
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.tickets.models import Attachment, Mail, Message, Ticket


class AlreadyRedacted(Refused):
    """It was redacted before."""


@transaction.atomic
def redact_message(*, message_id: int, by_id: int, why: str, now: datetime) -> Message:
    """Drop what a message said, and the bytes it arrived in; its author, time and digest stay.

    By a lead of the teams that carry the ticket or a manager of the desk. Its files are redacted one by one.
    Raises AlreadyRedacted, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    message = Message.objects.select_related("ticket", "content").filter(pk=message_id).first()
    if message is None:
        raise NotThere(_("There is no such message."))
    turn = _leading(message.ticket_id, by_id, now)
    digest = _erase(turn, message.content_id)
    _drop_whole(message, turn.moment)
    _drop_arrival(message, turn.moment)
    reason = _reason(why)
    searching.forget([message.pk])
    searching.index_heading(turn.ticket)
    turn.tell("redacted", {"message": message.pk, "text": digest, "why": reason})
    return message


@transaction.atomic
def redact_attachment(*, attachment_id: int, by_id: int, why: str, now: datetime) -> Attachment:
    """Drop a file's bytes, and those it arrived in; its name, size and digest stay.

    Bytes that another message still shows stay for that one. Raises as `redact_message`.
    """
    file = Attachment.objects.select_related("message").filter(pk=attachment_id).first()
    if file is None:
        raise NotThere(_("There is no such file."))
    turn = _leading(file.message.ticket_id, by_id, now)
    file.refresh_from_db()
    if file.redacted_at is not None:
        raise AlreadyRedacted(_("This was redacted before."))
    reason = _reason(why)
    file.redacted_at = turn.moment
    file.save(update_fields=["redacted_at"])
    _drop_unless_shown(file.blob_id, turn.moment)
    _drop_arrival(file.message, turn.moment)
    turn.tell("redacted", {"message": file.message_id, "attachment": file.pk, "file": file.blob_id, "why": reason})
    return file


@transaction.atomic
def redact_subject(*, ticket_id: int, by_id: int, why: str, now: datetime) -> Ticket:
    """Drop a ticket's subject; it may be given another one. Raises as `redact_message`."""
    turn = _leading(ticket_id, by_id, now)
    ticket = turn.ticket
    if not ticket.subject:
        raise AlreadyRedacted(_("This was redacted before."))
    reason = _reason(why)
    digest = turn.before.subject
    ticket.subject, ticket.subject_salt = "", None
    searching.index_heading(ticket)
    turn.tell("redacted", {"subject": digest, "why": reason})
    return ticket


@transaction.atomic
def redact_text(*, ticket_id: int, digest: str, by_id: int, why: str, now: datetime) -> Content:
    """Drop any other text of a ticket that its chain names by digest: a reason, findings, a result, a resolution.

    Raises as `redact_message`.
    """
    turn = _leading(ticket_id, by_id, now)
    if digest not in _digests(turn.ticket) or Message.objects.filter(content_id=digest).exists():
        raise NotThere(_("There is no such text in this ticket."))
    _erase(turn, digest)
    turn.tell("redacted", {"text": digest, "why": _reason(why)})
    return Content.objects.get(pk=digest)


def _leading(ticket_id: int, by_id: int, now: datetime) -> Turn:
    turn = working(ticket_id, by_id=by_id, now=now)
    ticket, scope = turn.ticket, turn.scope
    if not any(scope.leads(ticket.desk_id, team) for team in (ticket.team_id, ticket.steward_team_id)):
        raise NotAllowed(_("Only a team's lead or a manager of the desk can redact."))
    return turn


def _reason(why: str) -> str:
    return contents.keep(written.body(why, field="why", limit=5000)).digest


def _erase(turn: Turn, digest: str) -> str:
    content = Content.objects.select_for_update().filter(pk=digest).first()
    if content is None:
        raise NotThere(_("There is no such text in this ticket."))
    if content.erased_at is not None:
        raise AlreadyRedacted(_("This was redacted before."))
    # Without its salt the digest cannot be tested against guesses either.
    content.text, content.salt, content.erased_at = None, None, turn.moment
    content.save(update_fields=["text", "salt", "erased_at"])
    return digest


def _drop_whole(message: Message, now: datetime) -> None:
    """Drop the whole of the mail whose new part the message showed, and the addresses of those who had signed it."""
    mail = Mail.objects.filter(message=message).first()
    if mail is None:
        return
    whole = Content.objects.filter(pk__in=[digest for digest in (mail.text_id, mail.html_id) if digest])
    whole.filter(erased_at=None).update(text=None, salt=None, erased_at=now)
    if mail.seal and mail.seal.get("signers"):
        mail.seal = {**mail.seal, "signers": []}
        mail.save(update_fields=["seal"])


def _drop_arrival(message: Message, now: datetime) -> None:
    """Drop the raw bytes a message arrived in: they hold the same words, and its files."""
    if message.envelope_id is not None:
        digest = Envelope.objects.values_list("blob_id", flat=True).get(pk=message.envelope_id)
        blobs.drop(digest, now=now)


def _drop_unless_shown(digest: str, now: datetime) -> None:
    shown = Attachment.objects.filter(blob_id=digest, redacted_at=None).exists()
    if not shown and not Envelope.objects.filter(blob_id=digest).exists():
        blobs.drop(digest, now=now)


def _digests(ticket: Ticket) -> set[str]:
    told: list[Any] = [value for entry in journal.told(ticket.chain) for value in entry.facts.values()]
    return {value for value in told if isinstance(value, str) and len(value) == 64}
