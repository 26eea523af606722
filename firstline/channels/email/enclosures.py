"""What goes with the words of a letter: the files that staff sent, and a little of what was said before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from firstline.channels.email.said import Earlier
from firstline.core.intake.store import bytes_of
from firstline.core.tickets.models import Message, Ticket

# Larger ones are fetched from the request's page, to which the letter leads: mail servers refuse what is too large.
MOST_BYTES = 10 * 1024 * 1024
_QUOTED = 600


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along."""

    name: str
    content_type: str
    data: bytes


def of_message(message: Message | None) -> list[Enclosure]:
    """Return a message's files as far as they fit into a letter together, first ones first."""
    found, room = [], MOST_BYTES
    files = message.attachments.filter(redacted_at=None).select_related("blob").order_by("id") if message else ()
    for file in files:
        if file.blob.dropped_at is None and file.blob.size <= room:
            found.append(Enclosure(file.name, file.content_type, bytes_of(file.blob)))
            room -= file.blob.size
    return found


def earlier(ticket: Ticket, reader_id: int, before: Message | None, audiences: Sequence[str]) -> Earlier | None:
    """Return the beginning of what this reader wrote last before a message: enough to know what is answered."""
    if before is None:
        return None
    said = ticket.messages.filter(author_id=reader_id, audience__in=audiences, pk__lt=before.pk, withdrawn_at=None)
    last = said.select_related("content").order_by("-pk").first()
    if last is None or not last.content.text:
        return None
    text = last.content.text.strip()
    shown = text if len(text) <= _QUOTED else f"{text[:_QUOTED].rstrip()} ..."
    return Earlier(_("You wrote:"), shown)
