"""What follows from each kind of fact: the one table, in order. Everything here runs after the commit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from firstline.commands import notices
from firstline.commands.duty import assigning
from firstline.core.journal import queries as journal
from firstline.core.journal.queries import Told
from firstline.core.tickets.models import Message, Ticket
from firstline.worker import escalations
from firstline.worker import recipients as whom


@dataclass(frozen=True)
class Tell:
    """A letter of `letter` kind, to the persons that `to` names."""

    letter: str
    to: Callable[[Ticket, Told], set[int]]


# Kind of fact -> letters. Exactly the kinds of core/outbox/stirring.py.
TABLE: Mapping[str, tuple[Tell, ...]] = {
    "registered": (Tell("registered", whom.requester_unless_solved),),
    "joined": (Tell("requester_wrote", whom.those_at_work),),
    "replied": (Tell("replied", whom.those_who_asked),),
    "waiting began": (Tell("question", whom.those_asked_to_answer),),
    "resolved": (Tell("resolved", whom.those_who_asked),),
    "reopened": (Tell("reopened", whom.other_side),),
    "closed": (Tell("closed", whom.those_who_asked_if_desk_closed),),
    "withdrawn": (Tell("withdrawn", whom.those_at_work),),
    "assigned": (Tell("assigned", whom.named_person),),
    "steward changed": (Tell("stewarded", whom.named_person),),
    "offered": (Tell("offered", whom.receiving_team),),
    "declined": (Tell("declined", whom.those_at_work),),
    "offer lapsed": (Tell("offer_lapsed", whom.those_at_work),),
    "put back": (),
    "returned": (Tell("returned", whom.steward),),
    "task asked": (Tell("task_asked", whom.asked_team),),
    "task finished": (Tell("task_finished", whom.who_asked_the_task),),
    "called in": (Tell("called_in", whom.named_person),),
    "participant added": (Tell("followed", whom.named_person),),
    "merged": (Tell("merged", whom.those_who_asked),),
    "vendor written to": (Tell("vendor", whom.vendor),),
    "vendor wrote": (Tell("vendor_wrote", whom.those_at_work),),
    "stranger wrote": (Tell("stranger_wrote", whom.steward),),
    "unproven wrote": (Tell("unproven_wrote", whom.steward),),
    "notice bounced": (Tell("notice_bounced", whom.steward_if_outside),),
    "rated": (Tell("low_rating", whom.steward_if_low),),
    "major declared": (Tell("commanding", whom.named_person),),
    "commander changed": (Tell("commanding", whom.named_person),),
    "status told": (Tell("status", whom.those_who_asked),),
    "clock warned": (Tell("escalated", escalations.those_told),),
    "escalated": (Tell("escalated", escalations.those_told),),
}


# Kind of fact -> what the desk does itself before it tells anybody.
DEEDS: Mapping[str, Callable[[Ticket, Told], None]] = {
    "clock warned": escalations.carry_out,
    "escalated": escalations.carry_out,
}


# Facts after which a ticket may lie unclaimed with a team that gives its work out.
GIVEN_OUT = frozenset({"registered", "offered", "put back", "reopened"})


@task
def react(entry: int) -> None:
    """Queue whatever follows from the entry; doing it twice queues nothing twice."""
    chain, told = journal.one(entry)
    ticket = Ticket.objects.filter(pk=_ticket_of(chain)).first()
    if ticket is None:
        return
    if told.kind in DEEDS:
        DEEDS[told.kind](ticket, told)
    if _taken_back(ticket, told):
        return
    for tell in TABLE.get(told.kind, ()):
        to = tell.to(ticket, told)
        if to:
            notices.queue_letters(
                ticket_id=ticket.pk, entry_id=entry, kind=tell.letter, to=to, now=timezone.now(),
                held_until=_held_until(told),
            )  # fmt: skip
    if told.kind in GIVEN_OUT:
        assigning.give_out(ticket_id=ticket.pk, now=timezone.now())


def letters_to(person_id: int | None, ticket: Ticket, told: Told) -> list[str]:
    """Return the kinds of letters by which a person will be told of a fact; an imported ticket notifies nobody."""
    tells = () if ticket.imported else TABLE.get(told.kind, ())
    return [tell.letter for tell in tells if person_id in tell.to(ticket, told)]


def _taken_back(ticket: Ticket, told: Told) -> bool:
    if told.kind == "replied":
        return Message.objects.filter(pk=told.facts["message"], withdrawn_at__isnull=False).exists()
    return told.kind == "resolved" and told.seq in journal.taken_back(journal.told_since(ticket.chain, told.seq))


def _held_until(told: Told) -> datetime | None:
    """Return until when its letters wait, so that it can be taken back; a second more, for clocks that differ."""
    if told.kind not in ("replied", "resolved") or "major" in told.facts or not settings.UNDO_SECONDS:
        return None
    return told.recorded_at + timedelta(seconds=settings.UNDO_SECONDS + 1)


def _ticket_of(chain: str) -> int:
    kind, _, row = chain.partition(":")
    return int(row) if kind == "ticket" else 0
