"""Figures are counted the same in one piece and in parts, of one desk and of all, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from firstline.core.insight import kpi, queries, variants
from firstline.core.insight.models import Figures, Variant
from tests import world

pytestmark = pytest.mark.django_db

PATHS = (("New", "Open", "Closed"), ("New", "Closed"), ("New", "Open", "New"))


def _figures(count):
    desks = [world.desk("it").pk, world.desk("hr").pk]
    Variant.objects.bulk_create([Variant(id=variants.id_of(path), states=list(path)) for path in PATHS])
    start = int(datetime(2016, 1, 30, tzinfo=UTC).timestamp())
    Figures.objects.bulk_create(
        Figures(
            id=1000 + n, desk_id=desks[n % 2], channel="phone" if n % 3 else "email", priority=n % 4 + 1,
            opened=start + n * 7200, closed=None if n % 5 == 0 else start + n * 9000,
            took=None if n % 7 == 0 else (n * 977) % 50_000 - 900, waited=n % 11 * 60, made_sla=n % 2 == 0,
            reassignments=n % 13, reopenings=n % 9 == 0, events=n % 6 + 1, problem=f"P{n % 4}" if n % 8 == 0 else "",
            has_change=n % 10 == 0, variant_id=variants.id_of(PATHS[n % 3]),
        )
        for n in range(count)
    )  # fmt: skip
    return desks


def test_parts_merged_give_what_the_whole_gives():
    _figures(200)
    whole = queries.Period()
    parts = [replace(whole, part=(1000, 1077)), replace(whole, part=(1077, 1200))]

    together = queries.merged(queries.tally(part) for part in parts)

    assert kpi.kpi(queries.counts(whole, together)) == kpi.kpi(queries.counts(whole))


def test_resolution_is_that_of_the_sorted_list_without_what_was_resolved_before_it_was_opened():
    _figures(200)
    hours = sorted(took / 3600 for took in Figures.objects.values_list("took", flat=True) if took and took >= 0)

    told = kpi.kpi(queries.counts(queries.Period()))["resolution_hours"]["all"]

    n = len(hours)
    assert told == {
        "n": n,
        "mean": round(sum(hours) / n, 3),
        "median": round((hours[(n - 1) // 2] + hours[n // 2]) / 2, 3),
        "p90": round(hours[int(0.9 * (n - 1))], 3),
    }


def test_one_desk_and_some_days_are_counted_alone():
    it, hr = _figures(200)

    told = [
        kpi.kpi(queries.counts(queries.Period(desk, date(2016, 2, 1), date(2016, 2, 3))))["tickets"]
        for desk in (it, hr, None)
    ]

    assert told == [12, 12, 24]


def test_few_tickets_are_counted_by_one_process():
    _figures(3)

    assert queries.parts(queries.Period(), 4) == [queries.Period()]
