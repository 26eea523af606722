"""Mailboxes, and what arrived by them and waits for somebody: limited by what a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from firstline.core.intake.models import Envelope, Mailbox, Withheld
from firstline.core.people.rights import Scope

Outcome = Envelope.Outcome


@dataclass(frozen=True)
class Standing:
    """How a mailbox stands: its newest arrival, and what of it is neither settled nor given up.

    waiting_since  when the longest waiting one arrived: the lag; None when nothing waits
    withheld       what its server does not give
    """

    mailbox: Mailbox
    arrived_at: datetime | None = None
    waiting: int = 0
    waiting_since: datetime | None = None
    parked: int = 0
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True)
class Held:
    """What a mailbox's server did not give: the UIDs that are asked for again now, and those that rest."""

    due: frozenset[str]
    resting: frozenset[str]


def mailboxes(scope: Scope) -> QuerySet[Mailbox]:
    """Return the live mailboxes of the desks this person sets up, with desk and team."""
    live = Mailbox.objects.filter(ended_at=None).select_related("desk", "team").order_by("desk__name", "address")
    return live if scope.administrator else live.filter(desk__in=scope.desks_managed)


def mailboxes_of(desk_id: int) -> QuerySet[Mailbox]:
    """Return all mailboxes a desk has or had: what came by one that has ended is still the desk's."""
    return Mailbox.objects.filter(desk=desk_id)


def standings(found: Iterable[Mailbox]) -> list[Standing]:
    """Return how each of these mailboxes stands, in their order; three statements for any number of them."""
    rows = list(found)
    of_them = Envelope.objects.filter(mailbox__in=[row.pk for row in rows])
    newest = dict(of_them.values_list("mailbox").annotate(Max("received_at")))
    unsettled = of_them.filter(outcome__in=(Outcome.WAITING, Outcome.PARKED))
    waits = Q(outcome=Outcome.WAITING)
    counted = unsettled.values_list("mailbox").annotate(
        waiting=Count("pk", filter=waits), since=Min("received_at", filter=waits), parked=Count("pk", filter=~waits)
    )
    by_mailbox = {pk: counts for pk, *counts in counted}
    held = list(Withheld.objects.filter(mailbox__in=[row.pk for row in rows], ended_at=None).order_by("pk"))
    return [_standing(row, newest.get(row.pk), by_mailbox.get(row.pk, [0, None, 0]), held) for row in rows]


def _standing(
    mailbox: Mailbox, arrived_at: datetime | None, counts: list[Any], held: Sequence[Withheld]
) -> Standing:  # fmt: skip
    waiting, since, parked = counts
    mine = tuple(each for each in held if each.mailbox_id == mailbox.pk)
    return Standing(mailbox, arrived_at, waiting, since, parked, mine)


def held(mailbox_id: int, uid_validity: int, now: datetime) -> Held:
    """Return what the mailbox's server did not give, as it numbers mails now (POP3: 0)."""
    found = Withheld.objects.filter(mailbox=mailbox_id, uid_validity=uid_validity, ended_at=None)
    next_at = dict(found.values_list("uid", "next_at"))
    due = frozenset(uid for uid, at in next_at.items() if at <= now)
    return Held(due, frozenset(next_at) - due)


def parked(scope: Scope) -> QuerySet[Envelope]:
    """Return what could not be understood or settled and waits for a human, oldest first, as far as they may see."""
    return within(Envelope.objects.filter(outcome=Outcome.PARKED), scope).order_by("received_at", "pk")


def waiting(envelope_ids: Iterable[int]) -> list[Envelope]:
    """Return those of these envelopes that are not settled yet, with their bytes."""
    ids = list(envelope_ids)
    return list(Envelope.objects.filter(pk__in=ids, outcome=Outcome.WAITING).select_related("blob")) if ids else []


def within(envelopes: QuerySet[Envelope], scope: Scope) -> QuerySet[Envelope]:
    """Return those of the envelopes that came to a desk which this person manages or fronts.

    What came to no desk that can be named is for administrators.
    """
    found = envelopes.select_related("mailbox", "blob")
    if scope.administrator:
        return found
    desks = scope.desks_managed | scope.desks_fronted
    return found.filter(Q(mailbox__desk__in=desks) | Q(mailbox=None, desk__in=desks))


def arrivals_by_hour(mailbox_id: int, *, since: datetime) -> dict[datetime, int]:
    """Return how many arrived by a mailbox in each hour (UTC) since an instant; hours without any lack."""
    arrived = Envelope.objects.filter(mailbox_id=mailbox_id, received_at__gte=since)
    counted = arrived.values_list(TruncHour("received_at", tzinfo=UTC)).annotate(Count("pk"))
    return dict(counted.order_by())


def at(addresses: Iterable[str]) -> dict[str, Mailbox]:
    """Return the live mailboxes of these keys (people.contacts.mail_key), by key."""
    live = Mailbox.objects.filter(ended_at=None, key__in=list(addresses))
    return {mailbox.key: mailbox for mailbox in live}


def is_any_mailbox() -> bool:
    """Whether mail may come at all."""
    return Mailbox.objects.filter(ended_at=None).exists()


def fetched() -> QuerySet[Mailbox]:
    """Return the live mailboxes whose mail is to be fetched."""
    return Mailbox.objects.filter(ended_at=None).exclude(fetching=Mailbox.Fetching.NONE).order_by("pk")
