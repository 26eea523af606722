"""Taking mail for a mailbox: kept, understood by a child and settled, one after the other, here and now."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import DatabaseError, connection
from django.utils import timezone

from firstline.channels.email.files import Found
from firstline.cli.intake import lines as said
from firstline.cli.intake import reading
from firstline.core.kernel.refusals import BadInput, _

_TOGETHER = 25


@dataclass(frozen=True)
class Place:
    """The mailbox mail is taken for: its row, or only its address where the desk has set up none."""

    address: str
    mailbox_id: int | None


def place(address: str) -> Place | str:
    """Return the mailbox of that address, or the only one there is; a sentence where nothing can be taken.

    Raises BadInput for an address that is none of the mailboxes there are.
    """
    django.setup()
    from firstline.core.people.models import Desk

    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return "There is no desk in this data folder."
    try:
        if not Desk.objects.exists():
            return "There is no desk yet."
    except DatabaseError:
        return "There is no desk in this database."
    return _meant(address)


def lines(mails: Iterable[Found], where: Place) -> Iterator[dict[str, object]]:
    """Take each mail and yield what it says and what became of it; some are kept by one commit."""
    from firstline.worker import mail as working

    waiting = iter(mails)
    try:
        while portion := list(itertools.islice(waiting, _TOGETHER)):
            yield from _taken(portion, where)
    finally:
        working.leave()


def _taken(portion: list[Found], where: Place) -> Iterator[dict[str, object]]:
    from firstline.channels.email import incoming
    from firstline.commands import intake

    now = timezone.now()
    arrivals = [
        incoming.handed_in(found.raw, where.mailbox_id, where.address, now=now) for found in portion
    ]  # fmt: skip
    kept = intake.keep_all(arrivals, now=now)
    for found, each in zip(portion, kept, strict=True):
        yield _line(found, each.envelope_id, new=each.new)


def _line(found: Found, envelope_id: int, *, new: bool) -> dict[str, object]:
    from firstline.worker import mail as working

    began = time.perf_counter()
    done = working.at_once(envelope_id)
    if done.mail is not None:
        told = said.told(done.mail)
    else:  # settled before, or parked unread: what it says is read for the line only
        told = {name: value for name, value in reading.line(found).items() if name not in ("file", "elapsed_ms")}
    return {
        **reading.named(found),
        **told,
        "outcome": done.outcome if new or done.mail is not None else "duplicate",
        "ticket": done.number,
        "answered": done.answered,
        "parked": done.parked,
        "why": done.why,
        "elapsed_ms": round((time.perf_counter() - began) * 1000, 1),
    }


def _meant(address: str) -> Place | str:
    from firstline.core.intake.models import Mailbox
    from firstline.core.people.contacts import mail_key

    live = dict(Mailbox.objects.filter(ended_at=None).values_list("key", "pk"))
    if not address and len(live) == 1:
        address = next(iter(live))
    if not address:
        return "Say which mailbox the mail is for: --mailbox ADDRESS."
    key = mail_key(address)
    if live and key not in live:
        known = ", ".join(sorted(live))
        raise BadInput(_("There is no mailbox %(given)s; there are: %(known)s."), given=address, known=known)
    return Place(address=key, mailbox_id=live.get(key))
