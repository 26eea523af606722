"""Who reads signed and encrypted mail once more: a child that knows the keys of the mail's desk, and of no other.

One desk's keys never vouch for mail to another: who sets up the one decides whom it believes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import structlog
from django.conf import settings

from firstline.channels.email import keyring
from firstline.channels.email.reader import Reader
from firstline.channels.email.security.keys import Keys
from firstline.core.intake.models import Mailbox
from firstline.core.kernel.sealed import Unopened
from firstline.core.mail.queries import keys_of
from firstline.core.people.queries import home_desk

log = structlog.get_logger(__name__)
# Children with keys that live at the same time; of further mailboxes the one used longest ago goes.
_MOST = 4
# So long a key that was added or removed may go unnoticed: not every mail asks for the keys.
_SECONDS = 5.0


@dataclass(frozen=True)
class _Opener:
    """A child, or none where there are no keys; by which rows it was made, and when they were looked at."""

    rows: tuple[int, ...]
    reader: Reader | None
    at: float


_openers: dict[int | None, _Opener] = {}


def opener_of(mailbox_id: int | None) -> Reader | None:
    """Return the child that has the keys of a mailbox's desk (None: the home desk's); None if there are no keys."""
    held = _openers.pop(mailbox_id, None)
    if held is None or time.monotonic() - held.at >= _SECONDS:
        held = _renewed(mailbox_id, held)
    while len(_openers) >= _MOST:
        _leave(_openers.pop(next(iter(_openers))))
    # Put last: the first is the one used longest ago.
    _openers[mailbox_id] = held
    return held.reader


def leave_if_idle() -> None:
    """Let children go to which no mail came for some time."""
    for opener in _openers.values():
        if opener.reader is not None:
            opener.reader.leave_if_idle()


def leave() -> None:
    """Let every child go."""
    while _openers:
        _leave(_openers.popitem()[1])


def _renewed(mailbox_id: int | None, held: _Opener | None) -> _Opener:
    rows = list(keys_of(_desk_of(mailbox_id)))
    present = tuple(row.pk for row in rows)
    if held is not None and held.rows == present:
        return _Opener(present, held.reader, time.monotonic())
    if held is not None:
        _leave(held)
    try:
        keys = keyring.gathered(rows, settings.MAIL_KEYS)
    except (OSError, Unopened) as why:
        log.warning("keys for mail not read", mailbox=mailbox_id, error=type(why).__name__)
        keys = Keys()
    return _Opener(present, Reader(keys=keys) if keys != Keys() else None, time.monotonic())


def _leave(opener: _Opener) -> None:
    if opener.reader is not None:
        opener.reader.leave()


def _desk_of(mailbox_id: int | None) -> int:
    if mailbox_id is not None:
        return Mailbox.objects.values_list("desk_id", flat=True).get(pk=mailbox_id)
    desk = home_desk()
    return desk.pk if desk else 0
