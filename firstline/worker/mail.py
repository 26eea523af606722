"""Mail that was kept is understood by a child process and settled; what cannot be is parked for a human to see."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone
from django_tasks import task

from firstline.channels.email.reader import Reader, Unreadable
from firstline.commands import parked
from firstline.commands.mail import settle
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

# One child for each process that works: it does one job at a time.
_reader = Reader()
# Another one alone knows the desk's keys, and reads nothing but what is signed or encrypted.
_opener = Reader(keys=settings.MAIL_KEYS)


@task
def understand(envelope: int) -> None:
    """Understand one envelope and settle it; one that is settled or parked already is left as it is."""
    waiting = Envelope.objects.filter(pk=envelope, outcome=Envelope.Outcome.WAITING).select_related("blob").first()
    if waiting is None:
        return
    try:
        mail = _understood(waiting)
    except (Unreadable, FileNotFoundError) as why:
        _park(waiting, why)
        return
    _settle(waiting, mail)


def leave_if_idle() -> None:
    """Let the child go when there was no mail for some time."""
    _reader.leave_if_idle()
    _opener.leave_if_idle()


def leave() -> None:
    """Let the child go."""
    _reader.leave()
    _opener.leave()


def _understood(envelope: Envelope) -> Inbound:
    raw = bytes_of(envelope.blob)
    mail = _reader.understand(raw)
    if not settings.MAIL_KEYS or not (mail.signed or mail.encrypted):
        return mail
    try:
        return _opener.understand(raw)
    except (Unreadable, RuntimeError) as why:
        log.warning("mail not opened", envelope=envelope.pk, error=type(why).__name__)
        return mail


def _settle(envelope: Envelope, mail: Inbound) -> None:
    try:
        settle(envelope_id=envelope.pk, mail=mail, now=timezone.now())
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, which is no mail's fault and passes
    except DatabaseError as failure:
        log.warning("mail not settled", envelope=envelope.pk, error=type(failure).__name__)
        if parked.failed(envelope_id=envelope.pk, why=in_one_line(failure), now=timezone.now()):
            raise


def _park(envelope: Envelope, why: Exception) -> None:
    log.warning("mail parked", envelope=envelope.pk, error=type(why).__name__)
    parked.park(envelope_id=envelope.pk, why=str(why), now=timezone.now())
