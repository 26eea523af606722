"""What is refused unread is counted by day and reason, and nothing of it is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands.turning_away import NOT_KNOWN, TOO_LARGE, turn_away
from firstline.core.intake.models import Blob, Count, Envelope
from tests import world
from tests.together import at_once

COUNTED = ("channel", "on", "why", "refused")


@pytest.mark.django_db
def test_arrivals_are_counted_by_day_channel_and_reason_and_nothing_is_kept():
    for channel, why, now in (
        ("form", TOO_LARGE, world.NINE), ("form", TOO_LARGE, world.NINE), ("api", NOT_KNOWN, world.NINE),
        ("form", TOO_LARGE, world.NINE + timedelta(days=1)),
    ):  # fmt: skip
        turn_away(channel=channel, why=why, now=now)

    today, tomorrow = world.NINE.date(), (world.NINE + timedelta(days=1)).date()
    assert list(Count.objects.order_by("on", "channel").values_list(*COUNTED)) == [
        ("api", today, NOT_KNOWN, 1),
        ("form", today, TOO_LARGE, 2),
        ("form", tomorrow, TOO_LARGE, 1),
    ]
    assert not Envelope.objects.exists()
    assert not Blob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_turned_away_at_once_are_two():
    outcomes = at_once(*[lambda: turn_away(channel="form", why=TOO_LARGE, now=world.NINE)] * 4)

    assert outcomes == [None] * 4
    assert list(Count.objects.values_list("refused", flat=True)) == [4]
