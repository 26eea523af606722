"""Letters: queued with the fact they tell of, their Message-ID fixed, and what became of each attempt.

A letter is its own record: one row from the moment it is owed to the server's final word.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from firstline.core import rows
from firstline.core.outbox.models import Letter
from firstline.core.outbox.owe import owe
from firstline.core.people import reaching
from firstline.core.people.models import ContactPoint
from firstline.core.tickets.models import Ticket

DELIVER = "firstline.worker.deliveries.deliver"
# Automatic answers: somebody who had too many letters lately is not sent these late, but never.
LEFT_OUT = frozenset({"registered", "followed", "too_large"})
# Letters to staff about what the requester said: their answer to one goes to the requester, to any other stays inside.
ANSWERED_OUTSIDE = frozenset({"requester_wrote", "reopened"})
ACCOUNT_KINDS = ("invitation", "password_reset")


@transaction.atomic
def queue_letters(
    *,
    ticket_id: int,
    entry_id: int,
    kind: str,
    to: Iterable[int],
    now: datetime,
    held_until: datetime | None = None,
) -> list[Letter]:
    """Queue one letter of `kind` about a fact to each of these persons who can and will be told by mail.

    held_until   they leave no sooner: so long what they tell of can be taken back
    Called twice for the same fact it queues nothing twice. An imported ticket notifies nobody.
    """
    ticket = Ticket.objects.select_related("desk").get(pk=ticket_id)
    if ticket.imported:
        return []
    addresses = reaching.mail_addresses(to, kind)
    keys = {person: f"{entry_id}:{person}:{kind}" for person in addresses}
    queued = set(Letter.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    domain = _domain(ticket.desk.mail_from)
    return [
        _queued(
            Letter(
                message_id=_message_id(domain, ticket.number), key=keys[person], kind=kind, person_id=person,
                address=address, ticket_id=ticket_id, entry_id=entry_id, facts={"entry": entry_id},
                queued_at=now,
            ),
            held_until,
        )
        for person, address in sorted(addresses.items())
        if keys[person] not in queued
    ]  # fmt: skip


@transaction.atomic
def owe_account_mail(
    *, kind: str, person_id: int, address: str, invitation_id: int, now: datetime, days: int = 0
) -> Letter | None:
    """Queue a letter about signing in; its link is made when it leaves, so that no table holds it.

    kind     "invitation" or "password_reset"
    days     how long the link holds, if the letter should say so
    returns  the letter, or None if that of this invitation was queued before
    """
    if kind not in ACCOUNT_KINDS:
        raise ValueError(f"{kind} is no account mail")
    whole = f"{kind}:{invitation_id}"
    if Letter.objects.filter(key=whole).exists():
        return None
    return _queued(
        Letter(
            message_id=_message_id(_domain(""), kind), key=whole, kind=kind, person_id=person_id,
            address=address, facts={"invitation": invitation_id, "days": days}, queued_at=now,
        )
    )  # fmt: skip


def queue_answer(
    *, key: str, kind: str, person_id: int, mail_from: str, facts: Mapping[str, Any], now: datetime
) -> Letter | None:
    """Queue the answer to a mail of which no ticket comes, in the caller's transaction.

    key      what makes it the same answer; queued again it is not queued twice
    returns  None where it was queued before, or the person cannot or will not be told
    """
    address = reaching.mail_addresses([person_id], kind).get(person_id)
    if address is None or Letter.objects.filter(key=key).exists():
        return None
    return _queued(
        Letter(
            message_id=_message_id(_domain(mail_from), kind), key=key, kind=kind, person_id=person_id,
            address=address, facts=dict(facts), queued_at=now,
        )
    )  # fmt: skip


def queue_mailbox_letters(*, mailbox_id: int, kind: str, to: Iterable[int], now: datetime) -> list[Letter]:
    """Queue a letter about a mailbox that needs somebody to each of these persons, in the caller's transaction."""
    return [
        _queued(
            Letter(
                message_id=_message_id(_domain(""), kind), key=f"{kind}:{mailbox_id}:{now:%Y%m%d%H%M%S}:{person}",
                kind=kind, person_id=person, address=address, facts={"mailbox": mailbox_id}, queued_at=now,
            )
        )
        for person, address in sorted(reaching.mail_addresses(to, kind).items())
    ]  # fmt: skip


def sent(*, letter: Letter, now: datetime) -> None:
    """The server took it; which invitation it was about is nobody's business any more."""
    facts = {} if letter.kind in ACCOUNT_KINDS else letter.facts
    _attempted(letter).update(sent_at=now, trouble="", facts=facts, attempts=F("attempts") + 1)


def delayed(*, letter: Letter, why: str) -> None:
    """It could not be handed over this time."""
    _attempted(letter).update(trouble=why, attempts=F("attempts") + 1)


@transaction.atomic
def refused(*, letter: Letter, why: str, now: datetime, address_is_dead: bool = False) -> None:
    """The server will never take it; an address it does not know is not written to again."""
    _attempted(letter).update(refused_at=now, trouble=why, attempts=F("attempts") + 1)
    if address_is_dead:
        _never_again(letter, now)


@transaction.atomic
def bounced(*, letter: Letter, reason: str, hard: bool, why: str, now: datetime) -> bool:
    """A report came that it did not arrive; an address that will never work is not written to again.

    Returns whether that is news: the same letter comes back once only, however many reports tell of it.
    """
    fresh = Letter.objects.filter(pk=letter.pk, bounced_at=None)
    news = fresh.update(bounced_at=now, bounce_reason=reason[:40], trouble=f"{reason} {why}".strip()[:300]) == 1
    if hard:
        _never_again(letter, now)
    return news


def _never_again(letter: Letter, now: datetime) -> None:
    points = ContactPoint.objects.filter(person_id=letter.person_id, kind=ContactPoint.Kind.EMAIL)
    points.filter(value=letter.address, ended_at=None, bounced_at=None).update(bounced_at=now)


def _attempted(letter: Letter) -> QuerySet[Letter]:
    return Letter.objects.filter(pk=letter.pk, sent_at=None, refused_at=None, withdrawn_at=None)


def has_room(*, letter: Letter, now: datetime) -> bool:
    """Whether the letter's address had fewer letters in the last hour than it may get."""
    most = settings.LETTERS_PER_HOUR
    sent = Letter.objects.filter(address=letter.address, sent_at__gt=now - timedelta(hours=1))
    return sent[:most].count() < most


def too_many() -> str:
    """Return why a letter waits, or is left out, whose address had too many lately."""
    return f"more than {settings.LETTERS_PER_HOUR} letters to this address in an hour"


def left_out(*, letter: Letter, now: datetime) -> None:
    """It is not sent: its reader had too many letters lately, most likely because two programs answer each other."""
    _attempted(letter).update(withdrawn_at=now, trouble=too_many())


def take_back(*, entry_id: int, now: datetime) -> bool:
    """Withdraw the letters about a fact; False if one of them has left, and then none is withdrawn.

    In the transaction of whoever takes the fact back. Letters that are queued later find it taken back.
    """
    letters = Letter.objects.select_for_update().filter(entry_id=entry_id)
    if any(letter.sent_at or letter.refused_at for letter in letters):
        return False
    letters.update(withdrawn_at=now, trouble="taken back")
    return True


def _queued(letter: Letter, held_until: datetime | None = None) -> Letter:
    rows.add(letter)
    owe(DELIVER, {"letter": letter.pk}, now=letter.queued_at, run_at=held_until)
    return letter


def _message_id(domain: str, about: int | str) -> str:
    # Random, so that nobody can guess the id by which a reply is joined to a ticket.
    return f"<{about}.{secrets.token_hex(16)}@{domain}>"


def _domain(mail_from: str) -> str:
    address = parseaddr(mail_from or settings.MAIL_FROM)[1]
    domain = address.rpartition("@")[2] or "localhost"
    return domain.encode("idna").decode("ascii")
