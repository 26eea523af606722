"""Watching over mailboxes: that one is silent against its habit, or out of reach for long, is told once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from firstline.commands import notices
from firstline.core.intake import habits, queries
from firstline.core.intake.models import Mailbox
from firstline.core.people.models import Grant

QUIET, UNREACHED = "mailbox_quiet", "mailbox_unreached"
# Trouble that lasts no longer is the weather of networks.
PATIENCE = timedelta(minutes=15)
_HABIT = timedelta(weeks=habits.WEEKS)


def watch(*, now: datetime) -> list[Mailbox]:
    """Work out each mailbox's habit anew, and tell of those that need somebody; return them."""
    live = list(Mailbox.objects.filter(ended_at=None))
    if not live:
        return []
    for standing in queries.standings(live):
        _learn(standing, now)
    quiet = Q(quiet_after__lte=now) & Q(trouble="")
    unreached = Q(trouble_since__lte=now - PATIENCE)
    needing = Mailbox.objects.filter(quiet | unreached, ended_at=None, warned_at=None)
    return [mailbox for mailbox in needing if warn(mailbox=mailbox, now=now)]


@transaction.atomic
def warn(*, mailbox: Mailbox, now: datetime) -> bool:
    """Write to the administrators and the desk's managers; return whether nobody had been told of it yet."""
    if not Mailbox.objects.filter(pk=mailbox.pk, warned_at=None).update(warned_at=now):
        return False
    kind = UNREACHED if mailbox.trouble else QUIET
    notices.queue_mailbox_letters(mailbox_id=mailbox.pk, kind=kind, to=_who_sets_up(mailbox.desk_id), now=now)
    return True


def _learn(standing: queries.Standing, now: datetime) -> None:
    """Keep from when on silence since the newest arrival is against habit; an arrival ends what was told of."""
    mailbox, last = standing.mailbox, standing.arrived_at
    if last is None:
        return
    if mailbox.warned_at and not mailbox.trouble and last > mailbox.warned_at:
        Mailbox.objects.filter(pk=mailbox.pk).update(warned_at=None)
    by_hour = queries.arrivals_by_hour(mailbox.pk, since=max(mailbox.made_at, last - _HABIT))
    quiet_after = habits.quiet_after(by_hour, last, since=mailbox.made_at)
    if quiet_after != mailbox.quiet_after:
        Mailbox.objects.filter(pk=mailbox.pk).update(quiet_after=quiet_after)


def _who_sets_up(desk_id: int) -> set[int]:
    administrators = Q(role=Grant.Role.ADMINISTRATOR)
    managers = Q(role=Grant.Role.DESK_MANAGER, desk_id=desk_id)
    return set(Grant.objects.filter(administrators | managers, ended_at=None).values_list("person_id", flat=True))
