"""What arrived and what became of it, counted so that it adds up: by mailbox and by channel, over a stretch of time.

received = registered + joined + duplicate + ignored + refused + parked + waiting, at any moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from firstline.core.intake.models import Count as Unread
from firstline.core.intake.models import Envelope

OUTCOMES = tuple(Envelope.Outcome)


@dataclass(frozen=True)
class Tally:
    """What arrived: how many came to each outcome, and how many of the refused were turned away unread."""

    outcomes: Mapping[str, int]
    unread: int = 0

    @property
    def received(self) -> int:
        """All that arrived; the sum of the outcomes."""
        return sum(self.outcomes.values())

    def of(self, outcome: str) -> int:
        """Return how many came to this outcome."""
        return self.outcomes.get(outcome, 0)


NOTHING = Tally({})


def by_mailbox(mailbox_ids: Iterable[int], since: datetime, until: datetime) -> dict[int, Tally]:
    """Return what came by each of these mailboxes in [since, until); those with nothing are left out. One statement."""
    found = Envelope.objects.filter(mailbox__in=list(mailbox_ids), received_at__gte=since, received_at__lt=until)
    counted = found.values_list("mailbox", "outcome").annotate(Count("pk")).order_by()
    tallies: dict[int, dict[str, int]] = {}
    for mailbox_id, outcome, many in counted:
        tallies.setdefault(mailbox_id, {})[outcome] = many
    return {mailbox_id: Tally(outcomes) for mailbox_id, outcomes in tallies.items()}


def by_day(envelopes: QuerySet[Envelope], since: datetime, zone: ZoneInfo) -> dict[tuple[date, str, int | None], Tally]:
    """Return what arrived since, by day on the wall clock of `zone`, channel and mailbox. Two statements."""
    found = envelopes.filter(pk__gte=first_since(since), received_at__gte=since)
    day = TruncDate("received_at", tzinfo=zone)
    counted = found.values_list(day, "channel", "mailbox", "outcome").annotate(Count("pk")).order_by()
    tallies: dict[tuple[date, str, int | None], dict[str, int]] = {}
    for on, channel, mailbox_id, outcome, many in counted:
        tallies.setdefault((on, channel, mailbox_id), {})[outcome] = many
    return {key: Tally(outcomes) for key, outcomes in tallies.items()}


def turned_away(since: date) -> dict[tuple[date, str], int]:
    """Return how many arrivals were refused unread, by day (UTC) and channel. They belong to no desk."""
    counted = Unread.objects.filter(on__gte=since).values_list("on", "channel").annotate(Sum("refused")).order_by()
    return {(on, channel): many for on, channel, many in counted}


# Envelopes are numbered in the order they were received, near enough: the number is found by halving, so that no index
# on the instant has to be kept up with every arrival.
_HALVING = """
WITH RECURSIVE halved(low, high) AS (
    SELECT (SELECT COALESCE(MIN(id), 0) FROM intake_envelope), (SELECT COALESCE(MAX(id), 0) + 1 FROM intake_envelope)
    UNION ALL
    SELECT CASE WHEN {before} THEN (low + high) / 2 + 1 ELSE low END,
           CASE WHEN {before} THEN high ELSE (low + high) / 2 END
    FROM halved WHERE low < high
)
SELECT MAX(low) FROM halved
""".format(before="(SELECT received_at FROM intake_envelope WHERE id >= (low + high) / 2 ORDER BY id LIMIT 1) < %s")
# How far apart the numbers of two may be that were received in the other order.
_SLACK = 1000


def first_since(since: datetime) -> int:
    """Return a number that every envelope received since `since` reaches; one statement, whatever the size."""
    with connection.cursor() as cursor:
        at = connection.ops.adapt_datetimefield_value(since)
        cursor.execute(_HALVING, [at, at])
        return int(cursor.fetchone()[0]) - _SLACK
