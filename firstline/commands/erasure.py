"""Erases who a person was, on their wish or the law's, and keeps the proof that something was there.

What the journal seals are digests, so the chains still hold; the words a person wrote in tickets are the
tickets', and are taken out one by one by `redaction.redact`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import founding
from firstline.commands.people import chain
from firstline.core.journal import queries as journal
from firstline.core.journal.models import Content
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.outbox.models import Letter
from firstline.core.people.models import Account, ContactPoint, Grant, Invitation, Person, Token
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE


class StillNeeded(Refused):
    """The person works on a desk or waits for an answer, so they cannot be forgotten yet."""


@transaction.atomic
def erase_person(*, person_id: int, by_id: int | None, now: datetime) -> Person:
    """Drop a person's name, addresses, numbers and sign-in everywhere they are kept; administrators only.

    Raises StillNeeded, NotThere, NotAllowed; then nothing is written.
    """
    founding.managing(by_id, None)
    person = Person.objects.select_for_update().filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotThere(_("There is no such person."), field="person")
    if Grant.objects.filter(person=person, ended_at=None).exists():
        raise StillNeeded(_("This person has a role on a desk; end it first."))
    if Ticket.objects.filter(requester=person).exclude(state__in=DONE).exists():
        raise StillNeeded(_("This person still waits for an answer; close their tickets first."))
    _forget_addresses(person, now)
    person.name, person.site, person.time_zone, person.notices = f"[{person.pk}]", None, "", {}
    person.erased_at, person.ended_at = now, person.ended_at or now
    person.save(update_fields=["name", "site", "time_zone", "notices", "erased_at", "ended_at"])
    founding.tell(chain(person.pk), "erased", by_id=by_id, now=now, facts={})
    Content.objects.filter(digest__in=_digests(person), erased_at=None).update(text=None, salt=None, erased_at=now)
    return person


def _digests(person: Person) -> set[str]:
    """Return the digests of every text the person's own chain speaks of."""
    told = (value for entry in journal.told(chain(person.pk)) for value in entry.facts.values())
    return {value for value in told if isinstance(value, str) and len(value) == 64}


def _forget_addresses(person: Person, now: datetime) -> None:
    for point in ContactPoint.objects.filter(person=person):
        point.value, point.key = "", f"erased:{point.pk}"
        point.ended_at = point.ended_at or now
        point.save(update_fields=["value", "key", "ended_at"])
    gone = f"erased-{person.pk}@erased.invalid"
    for account in Account.objects.filter(person=person):
        account.email, account.is_active = gone, False
        account.set_unusable_password()
        account.save(update_fields=["email", "is_active", "password"])
    Invitation.objects.filter(person=person).update(email=gone, expires_at=now)
    Letter.objects.filter(person=person).update(address=gone)
    Token.objects.filter(person=person, ended_at=None).update(ended_at=now)
