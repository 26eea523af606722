"""People in Cc: where the mailbox says so, those of the ticket's own organisation follow it, and nobody else."""

from __future__ import annotations

from firstline.commands import participants
from firstline.commands.mail import automatic, parts, senders
from firstline.commands.mail.arrival import Arrival, key_of
from firstline.core.intake.models import Mailbox
from firstline.core.kernel import tongues
from firstline.core.people import queries
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket

MOST = 20


def let_follow(arrival: Arrival, ticket: Ticket) -> None:
    """Let people the requester wrote to as well follow the ticket: they read what the requester may read.

    Only people of the ticket's organisation, new ones by its domain: the same as the requester could add by hand.
    """
    mailbox = arrival.mailbox
    if mailbox is None or not mailbox.adds_copied or ticket.organisation_id is None or automatic.no_answer(arrival):
        return
    keys = dict.fromkeys(key_of(each.address) for each in (*arrival.mail.to, *arrival.mail.cc)[:MOST])
    ours = set(Mailbox.objects.filter(key__in=keys, ended_at=None).values_list("key", flat=True))
    for key in keys:
        person = _of_organisation(key, arrival, ticket) if key and key not in ours else None
        if person is not None and not parts.has_part(person, ticket):
            participants.add_participant(ticket_id=ticket.pk, by_id=None, person_id=person.pk, now=arrival.now)


def _of_organisation(key: str, arrival: Arrival, ticket: Ticket) -> Person | None:
    person = queries.by_contact("email", key)
    if person is None and queries.organisation_of(key) == ticket.organisation_id:
        named = next(each for each in (*arrival.mail.to, *arrival.mail.cc) if key_of(each.address) == key)
        language = tongues.guessed(arrival.new_text, arrival.desk.languages)
        person = senders.find(named, arrival, language).person
    if person is None or person.ended_at is not None or person.organisation_id != ticket.organisation_id:
        return None
    return person
