"""Taking mail for a mailbox: kept, understood by a child and settled, here and now, some at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.db import DatabaseError, connection
from django.utils import timezone

from firstline.channels.email.files import Found
from firstline.cli.intake import lines as said
from firstline.cli.intake import reading
from firstline.core.kernel.refusals import BadInput, _

if TYPE_CHECKING:  # their tables can be imported only when Django is set up
    from firstline.worker.mailpass import Ahead, Done, Pass

# What one commit keeps, and another settles: while that lasts, nobody else writes to a SQLite desk.
TOGETHER, _BYTES_TOGETHER = 25, 16 * 1024 * 1024


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


@dataclass(frozen=True)
class _Taken:
    """A mail that is kept and being understood; `new` is false when it had arrived before."""

    found: Found
    new: bool
    ahead: Ahead


def lines(mails: Iterable[Found], where: Place) -> Iterator[dict[str, object]]:
    """Take each mail and yield what it says and what became of it: by then it is committed."""
    from firstline.worker import mailpass

    with mailpass.opened(where.mailbox_id) as taking:
        before: list[_Taken] = []
        for portion in _portions(mails):
            after = _kept(portion, where, taking)
            yield from _settled(before, taking)
            before = after
        yield from _settled(before, taking)


def _portions(mails: Iterable[Found]) -> Iterator[list[Found]]:
    portion: list[Found] = []
    held = 0
    for mail in mails:
        portion.append(mail)
        held += len(mail.raw)
        if len(portion) >= TOGETHER or held >= _BYTES_TOGETHER:
            yield portion
            portion, held = [], 0
    if portion:
        yield portion


def _kept(portion: Sequence[Found], where: Place, taking: Pass) -> list[_Taken]:
    """Keep some mails by one commit, and let them be understood; of one kept before, the bytes that came then."""
    from firstline.channels.email import incoming
    from firstline.commands import intake
    from firstline.core.intake import queries
    from firstline.core.intake.store import bytes_of

    now = timezone.now()
    arrivals = [
        incoming.handed_in(found.raw, where.mailbox_id, where.address, now=now) for found in portion
    ]  # fmt: skip
    kept = intake.keep_all(arrivals, now=now)
    again = queries.waiting(each.envelope_id for each in kept if not each.new)
    raw = {envelope.pk: partial(bytes_of, envelope.blob) for envelope in again}
    taken: list[_Taken] = []
    for found, each in zip(portion, kept, strict=True):
        first = each.envelope_id not in {one.ahead.envelope_id for one in taken}  # one may lie there twice
        new = each.new and first
        given = partial(bytes, found.raw) if new else raw.get(each.envelope_id) if first else None
        taken.append(_Taken(found, new, taking.begin(each.envelope_id, given)))
    return taken


def _settled(taken: Sequence[_Taken], taking: Pass) -> Iterator[dict[str, object]]:
    began = time.perf_counter()
    done = taking.settle([each.ahead for each in taken])
    each_ms = (time.perf_counter() - began) * 1000 / max(1, len(taken))
    for each, what in zip(taken, done, strict=True):
        yield {**_line(each, what), "elapsed_ms": round(each_ms, 1)}


def _line(taken: _Taken, done: Done) -> dict[str, object]:
    if done.mail is not None:
        told = said.told(done.mail)
    else:  # settled before, or parked unread: what it says is read for the line only
        told = {name: value for name, value in reading.line(taken.found).items() if name not in ("file", "elapsed_ms")}
    return {
        **reading.named(taken.found),
        **told,
        "outcome": done.outcome if taken.new or done.mail is not None else "duplicate",
        "ticket": done.number,
        "answered": done.answered,
        "parked": done.parked,
        "why": done.why,
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
