"""Mail that was kept is understood by a child process and settled; what cannot be is parked for a human to see."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils import timezone
from django_tasks import task

from firstline.channels.email.reader import Reader, Unreadable
from firstline.commands import jobs, parked
from firstline.commands.mail import settle
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import bytes_of
from firstline.core.journal.models import Entry
from firstline.core.kernel.identifiers import number_of
from firstline.core.outbox.models import Letter
from firstline.worker import reactions
from firstline.worker.trouble import in_one_line

log = structlog.get_logger(__name__)

# One child for each process that works: it does one job at a time.
_reader = Reader()
# Another one alone knows the desk's keys, and reads nothing but what is signed or encrypted.
_opener = Reader(keys=settings.MAIL_KEYS)


@dataclass(frozen=True)
class Done:
    """What became of an envelope.

    mail      what it says; None when it was settled before, or could not be understood
    number    of the ticket it registered or joined
    answered  whether its sender gets an automatic answer
    """

    mail: Inbound | None
    outcome: str
    number: int | None
    why: str
    answered: bool

    @property
    def parked(self) -> str:
        """Why it is parked; "" when it is not."""
        return self.why if self.outcome == Envelope.Outcome.PARKED else ""


@task
def understand(envelope: int) -> None:
    """Understand one envelope and settle it; one that is settled or parked already is left as it is."""
    _done(envelope)


def at_once(envelope_id: int) -> Done:
    """Do for an envelope what its job would do, and what its ticket's new facts owe; return what became of it."""
    before = Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    mail = _done(envelope_id)
    jobs.done_elsewhere(key=f"understand:{envelope_id}", now=timezone.now())
    envelope = Envelope.objects.get(pk=envelope_id)
    number = number_of(envelope.ticket_id) if envelope.ticket_id else None
    answered = mail is not None and _answered(envelope, before)
    return Done(mail, envelope.outcome, number, envelope.why, answered)


def _done(envelope_id: int) -> Inbound | None:
    waiting = Envelope.objects.filter(pk=envelope_id, outcome=Envelope.Outcome.WAITING).select_related("blob").first()
    if waiting is None:
        return None
    try:
        mail = _understood(waiting)
    except (Unreadable, FileNotFoundError) as why:
        _park(waiting, why)
        return None
    _settle(waiting, mail)
    return mail


def _answered(envelope: Envelope, before: int) -> bool:
    """Queue what follows from the facts this mail made; whether some of it goes to whoever sent it."""
    facts = Entry.objects.filter(chain=f"ticket:{envelope.ticket_id}", pk__gt=before).values_list("pk", flat=True)
    for entry in facts:
        reactions.react.call(entry=entry)
    letters = Letter.objects.filter(ticket_id=envelope.ticket_id, entry_id__in=list(facts))
    return envelope.person_id in letters.values_list("person_id", flat=True)


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
