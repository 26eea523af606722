"""A pass over many mails at once: while some are settled by one commit, the child understands those that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from firstline.channels.email.reader import Reader
from firstline.commands import jobs
from firstline.core.intake.inbound import Inbound
from firstline.core.intake.models import Envelope
from firstline.core.journal import queries as journal
from firstline.core.kernel.identifiers import number_of
from firstline.core.people import reaching
from firstline.core.tickets.models import Ticket
from firstline.worker import mail as working
from firstline.worker import opening, reactions


@dataclass(frozen=True)
class Done:
    """What became of an envelope.

    mail      what it says; None when it was settled before, or could not be understood
    number    of the ticket it registered or joined
    answered  whether its sender will get an automatic answer
    """

    mail: Inbound | None
    outcome: str
    number: int | None
    why: str
    answered: bool = False

    @property
    def parked(self) -> str:
        """Why it is parked; "" when it is not."""
        return self.why if self.outcome == Envelope.Outcome.PARKED else ""


@dataclass(frozen=True)
class Ahead:
    """An envelope that a child understands meanwhile, or that was settled before."""

    envelope_id: int
    what: Future[working.Understood] | None


class Pass:
    """One pass; it is one thread's that the child is asked by."""

    def __init__(self, asking: ThreadPoolExecutor, opener: Reader | None) -> None:
        self._asking = asking
        self._opener = opener

    def begin(self, envelope_id: int, raw: Callable[[], bytes] | None) -> Ahead:
        """Let a waiting envelope be understood; None for its bytes where it waits no more."""
        if raw is None:
            return Ahead(envelope_id, None)
        return Ahead(envelope_id, self._asking.submit(working.understood, envelope_id, raw, self._opener))

    def settle(self, portion: Sequence[Ahead]) -> list[Done]:
        """Settle what was begun, in order, and return what became of each; all of it is committed by then.

        One commit for all. Should one of them make it fail, each has a commit of its own, so that it takes no other
        along; what it could not settle waits for the worker, whose job it still is.
        """
        understood = [each.what.result() if each.what else None for each in portion]
        try:
            with transaction.atomic():
                return _all(portion, understood)
        except (DatabaseError, InterfaceError):
            return [_alone(each, what) for each, what in zip(portion, understood, strict=True)]


@contextmanager
def opened(mailbox_id: int | None) -> Iterator[Pass]:
    """Yield a pass over mails for a mailbox (None: for the home desk); its children go with it."""
    asking = ThreadPoolExecutor(1, "understanding")
    try:
        yield Pass(asking, opening.opener_of(mailbox_id))
    finally:
        asking.shutdown(cancel_futures=True)
        working.leave()


def _alone(each: Ahead, what: working.Understood | None) -> Done:
    try:
        with transaction.atomic():
            return _all([each], [what])[0]
    except (OperationalError, InterfaceError):
        raise
    except DatabaseError as failure:
        return Done(None, Envelope.Outcome.WAITING, None, type(failure).__name__)


def _all(portion: Sequence[Ahead], understood: Sequence[working.Understood | None]) -> list[Done]:
    before = journal.newest()
    begun = zip(portion, understood, strict=True)
    working.settle_or_park({each.envelope_id: what for each, what in begun if what is not None})
    jobs.done_elsewhere(keys=[f"understand:{each.envelope_id}" for each in portion], now=timezone.now())
    envelopes = Envelope.objects.in_bulk([each.envelope_id for each in portion])
    answered = _answered([envelopes[each.envelope_id] for each in portion], before)
    return [
        _done(envelopes[each.envelope_id], what, each.envelope_id in answered)
        for each, what in zip(portion, understood, strict=True)
    ]


def _done(envelope: Envelope, what: working.Understood | None, answered: bool) -> Done:
    number = number_of(envelope.ticket_id) if envelope.ticket_id else None
    said = what if isinstance(what, Inbound) else None
    return Done(said, envelope.outcome, number, envelope.why, answered)


def _answered(envelopes: Sequence[Envelope], before: int) -> set[int]:
    """Return the envelopes whose sender will be told what follows from the facts they made."""
    made = {envelope.ticket_id: envelope for envelope in envelopes if envelope.ticket_id}
    facts = journal.told_after(before, [f"ticket:{ticket_id}" for ticket_id in made])
    tickets = Ticket.objects.in_bulk(made)
    told: dict[str, set[int]] = {}
    asked: list[tuple[Envelope, str]] = []
    for chain, fact in facts:
        envelope = made[int(chain.partition(":")[2])]
        for kind in reactions.letters_to(envelope.person_id, tickets[envelope.ticket_id], fact):
            told.setdefault(kind, set()).add(envelope.person_id or 0)
            asked.append((envelope, kind))
    reached = {kind: reaching.mail_addresses(persons, kind) for kind, persons in told.items()}
    return {envelope.pk for envelope, kind in asked if envelope.person_id in reached[kind]}
