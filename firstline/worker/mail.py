"""Mail that was kept is understood by a child process and settled; what cannot be is parked for a human to see."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone
from django_tasks import task

from firstline.channels.email.reader import Reader, Unreadable
from firstline.commands import parked
from firstline.commands.mail import settle_all, turning_down
from firstline.core.intake import queries
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.worker import opening
from firstline.worker.trouble import TryLater, in_one_line

log = structlog.get_logger(__name__)

# What a mail says, or why nobody will ever know.
Understood = Inbound | Unreadable | FileNotFoundError

_PAUSE = timedelta(seconds=10)
_LOOK_EVERY = 30.0
# One child for each process that works: it does one job at a time.
_reader = Reader()


class _Looked:
    """When this process last looked whether mail may come."""

    at = -math.inf


@task
def understand(envelope: int) -> Callable[[], object] | None:
    """Understand one envelope; return what settles it, for the commit that ends the job.

    One that is settled or parked already is left as it is.
    """
    waiting = Envelope.objects.filter(pk=envelope, outcome=Envelope.Outcome.WAITING).select_related("blob").first()
    if waiting is None:
        return None
    what = understood(envelope, lambda: bytes_of(waiting.blob), opening.opener_of(waiting.mailbox_id))
    return lambda: _settle_or_count(envelope, what)


@task
def tell_sender(envelope: int, size: int) -> Callable[[], object] | None:
    """Read the header of a mail that was too large to be fetched; return what tells its sender."""
    parked_one = Envelope.objects.select_related("blob").get(pk=envelope)
    header = understood(envelope, lambda: bytes_of(parked_one.blob), None)
    if not isinstance(header, Inbound):
        return None  # nobody can say whose it is
    return lambda: turning_down.tell_sender(envelope_id=envelope, header=header, size=size, now=timezone.now())


def understood(envelope_id: int, raw: Callable[[], bytes], opener: Reader | None) -> Understood:
    """Return what an envelope's bytes say, or why they say nothing; nothing is written, and no database is asked.

    opener   reads what is signed or encrypted once more, with the keys of its desk
    """
    try:
        return _read(envelope_id, raw(), opener)
    except (Unreadable, FileNotFoundError) as why:
        return why


@transaction.atomic
def settle_or_park(understood: Mapping[int, Understood]) -> None:
    """Settle what was understood, park what was not, all by one commit. Raises DatabaseError: then nothing is written.

    understood  by envelope, in the order in which they are settled
    """
    mails = {pk: what for pk, what in understood.items() if isinstance(what, Inbound)}
    if mails:
        settle_all(mails=mails, now=timezone.now())
    for pk, what in understood.items():
        if pk not in mails:
            log.warning("mail parked", envelope=pk, error=type(what).__name__)
            parked.park(envelope_id=pk, why=str(what), now=timezone.now())


def rest() -> None:
    """Between jobs: have a child ready where mail may come, let go what was not needed for some time."""
    if time.monotonic() > _Looked.at + _LOOK_EVERY:
        _Looked.at = time.monotonic()
        if queries.is_any_mailbox():
            _be_ready()
    _reader.leave_if_idle()
    opening.leave_if_idle()


def leave() -> None:
    """Let the child go."""
    _reader.leave()
    opening.leave()
    _Looked.at = -math.inf


def _be_ready() -> None:
    try:
        _reader.be_ready()
    except (RuntimeError, OSError) as trouble:  # the first mail will tell whom it concerns
        log.warning("no reader of mail yet", error=type(trouble).__name__)


def _read(envelope_id: int, raw: bytes, opener: Reader | None) -> Inbound:
    mail = _reader.understand(raw)
    if opener is None or not (mail.signed or mail.encrypted):
        return mail
    try:
        return opener.understand(raw)
    except (Unreadable, RuntimeError) as why:
        log.warning("mail not opened", envelope=envelope_id, error=type(why).__name__)
        return mail


def _settle_or_count(envelope_id: int, what: Understood) -> None:
    try:
        settle_or_park({envelope_id: what})
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, which is no mail's fault and passes
    except DatabaseError as failure:
        log.warning("mail not settled", envelope=envelope_id, error=type(failure).__name__)
        why = in_one_line(failure)
        raise TryLater(
            why, after=_PAUSE, note=lambda: parked.failed(envelope_id=envelope_id, why=why, now=timezone.now())
        ) from failure
