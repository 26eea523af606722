"""Mails that their mailbox names and does not give: noted, so that they hold up no other, and asked for again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from firstline.commands import founding
from firstline.core.intake.models import Withheld
from firstline.core.kernel.refusals import NotThere, _

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)


@transaction.atomic
def withhold(*, mailbox_id: int, uid: str, uid_validity: int = 0, why: str, now: datetime) -> Withheld:
    """Note that a mail was not given, so that the mailbox is read on past it; each time it rests longer."""
    named = {"mailbox_id": mailbox_id, "uid": uid, "uid_validity": uid_validity}
    row = Withheld.objects.select_for_update().filter(**named, ended_at=None).first()
    if row is None:
        return Withheld.objects.create(**named, why=why[:300], first_at=now, next_at=now + _FIRST_PAUSE)
    row.tries += 1
    row.why, row.next_at = why[:300], now + pause_after(row.tries)
    row.save(update_fields=["tries", "why", "next_at"])
    return row


def give(*, mailbox_id: int, uids: Collection[str], uid_validity: int = 0, now: datetime) -> None:
    """Note that mails were given at last, or lie there no more."""
    if uids:
        open_ones = Withheld.objects.filter(mailbox_id=mailbox_id, ended_at=None)
        open_ones.filter(uid_validity=uid_validity, uid__in=uids).update(ended_at=now)


def renumber(*, mailbox_id: int, uid_validity: int, now: datetime) -> None:
    """Forget the numbers of a folder that is numbered anew: what is unread in it is looked for by its new ones."""
    others = Withheld.objects.filter(mailbox_id=mailbox_id, ended_at=None).exclude(uid_validity=uid_validity)
    others.update(ended_at=now)


@transaction.atomic
def ask_again(*, withheld_id: int, by_id: int | None, now: datetime) -> Withheld:
    """Let a mail be asked for with the next look into its mailbox. Raises NotThere, NotAllowed."""
    row = Withheld.objects.select_related("mailbox").filter(pk=withheld_id, ended_at=None).first()
    founding.managing(by_id, row.mailbox.desk_id if row else None)
    if row is None:
        raise NotThere(_("There is no such mail."))
    row.next_at = now
    row.save(update_fields=["next_at"])
    return row


def pause_after(tries: int) -> timedelta:
    """Return how long a mail rests after so many tries: a minute, doubled each time, six hours at most."""
    return min(_FIRST_PAUSE * (1 << min(tries - 1, 20)), _LONGEST_PAUSE)
