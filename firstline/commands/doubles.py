"""One person who was entered twice is made one again.

Every ticket the double asked for is told "requester changed" on its own chain, rather than being resolved
when it is read: so a ticket's row still follows from its chain alone, and every list and right that asks
for a requester stays one comparison. What the double did and said stays said by the double.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from firstline.commands import founding
from firstline.commands.people import chain, must_reach
from firstline.commands.turn import working
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.models import Account, ContactPoint, Grant, Invitation, Person, Token
from firstline.core.tickets.models import Participant, Ticket


class StaffStays(Refused):
    """Somebody with a role cannot vanish into somebody else."""


class OtherOrganisation(Refused):
    """The two belong to different organisations, and would come to read each other's requests."""


@transaction.atomic
def merge_people(*, double_id: int, into_id: int, by_id: int | None, now: datetime) -> Person:
    """Make the double and the person kept one: addresses, requests and sign-in are the kept one's from now on.

    Raises StaffStays, OtherOrganisation, BadInput, NotThere, NotAllowed; then nothing is written.
    """
    double, kept = _both(double_id, into_id)
    scope = founding.scope(by_id)
    must_reach(scope, double)
    must_reach(scope, kept)
    if Grant.objects.filter(person=double, ended_at=None).exists():
        raise StaffStays(_("%(who)s has a role on a desk; end it before you merge them."), who=str(double))
    if double.organisation_id and kept.organisation_id and double.organisation_id != kept.organisation_id:
        raise OtherOrganisation(_("These two belong to different organisations; put one right first."))
    contacts = sorted(double.contact_points.filter(ended_at=None).values_list("pk", flat=True))
    tickets = _give_tickets(double, kept, by_id, now)
    _give_followed(double, kept, now)
    ContactPoint.objects.filter(person=double, ended_at=None).update(person=kept)
    _give_sign_in(double, kept, now)
    double.merged_into, double.ended_at = kept, now
    double.save(update_fields=["merged_into", "ended_at"])
    Person.objects.filter(merged_into=double).update(merged_into=kept)
    facts = {"contacts": contacts, "tickets": tickets}
    founding.tell(chain(double.pk), "merged into", by_id=by_id, now=now, facts={"into": kept.pk, **facts})
    founding.tell(chain(kept.pk), "double absorbed", by_id=by_id, now=now, facts={"double": double.pk, **facts})
    return kept


def _both(double_id: int, into_id: int) -> tuple[Person, Person]:
    """Return both with their rows locked, lowest id first."""
    if double_id == into_id:
        raise BadInput(_("Name another person; this one is the person themselves."), field="into")
    rows = Person.objects.select_for_update().filter(pk__in=(double_id, into_id), ended_at=None).order_by("pk")
    found = {person.pk: person for person in rows}
    if len(found) < 2:
        raise NotThere(_("There is no such person."), field="person")
    return found[double_id], found[into_id]


def _give_tickets(double: Person, kept: Person, by_id: int | None, now: datetime) -> list[int]:
    ids = sorted(Ticket.objects.filter(requester=double).values_list("pk", flat=True))
    for ticket_id in ids:
        # As the desk itself, for whoever merges people need not work on each of their tickets.
        turn = working(ticket_id, by_id=None, now=now)
        turn.by_id = by_id
        turn.tell("requester changed", {"requester_id": kept.pk, "double": double.pk})
    return ids


def _give_followed(double: Person, kept: Person, now: datetime) -> None:
    followed = Participant.objects.filter(person=double, ended_at=None)
    own = Participant.objects.filter(person=kept, ended_at=None).values("ticket")
    followed.filter(ticket__in=own).update(ended_at=now)
    followed.update(person=kept)


def _give_sign_in(double: Person, kept: Person, now: datetime) -> None:
    account = Account.objects.filter(person=double).first()
    if account and Account.objects.filter(person=kept).exists():
        account.is_active = False
        account.save(update_fields=["is_active"])
    elif account:
        account.person = kept
        account.save(update_fields=["person"])
    Token.objects.filter(person=double, ended_at=None).update(ended_at=now)
    Invitation.objects.filter(person=double, accepted_at=None).update(expires_at=now)
