"""Taking next: eight people of the first line at once, each a process of its own, over everything that is open."""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from collections import Counter
from typing import Any

import django

from bench.databases import Database

TAKERS, TAKES = 8, 25


def measure(database: Database) -> dict[str, Any]:
    """Return milliseconds of a taking by one and by eight at once, and how many tickets were given twice."""
    return dict(json.loads(database.run("-m", "bench.taking")))


def main() -> None:
    """Let takers take from the database that the environment names, and print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.config.settings")
    django.setup()
    people, unclaimed = _takers()
    alone = [took for took, _ticket in _take(people[0], TAKES)]
    with multiprocessing.get_context("spawn").Pool(TAKERS, initializer=_begin) as pool:
        pool.map(time.sleep, [1] * TAKERS)  # every process is there before the first begins
        together = [each for one in pool.starmap(_take, [(pk, TAKES) for pk in people], chunksize=1) for each in one]
    twice = sum(count - 1 for count in Counter(ticket for _took, ticket in together).values())
    figures = {
        "take next, 1 taker": _spread(alone),
        "take next, 8 takers": _spread([took for took, _ticket in together]),
        "take next, given twice": twice,
        "take next, unclaimed before": unclaimed,
    }
    json.dump(figures, sys.stdout)


def _takers() -> tuple[list[int], int]:
    from firstline.core.duty.queries import members
    from firstline.core.ownership.models import QueuePlace
    from firstline.core.people.models import Team

    front = Team.objects.get(front=True)
    unclaimed = QueuePlace.objects.filter(part="carries", team=front, assignee=None, rank__lt=3 * 10**13)
    return members(front.pk)[:TAKERS], unclaimed.count()


def _begin() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.config.settings")
    django.setup()
    from django.db import connection

    connection.ensure_connection()


def _take(person_id: int, times: int) -> list[tuple[float, int]]:
    from bench.world import NOW
    from firstline.commands.duty import taking

    taken = []
    for _number in range(times):
        began = time.perf_counter()
        holding = taking.take_next(by_id=person_id, now=NOW)
        taken.append(((time.perf_counter() - began) * 1000, holding.ticket_id))
    return taken


def _spread(took: list[float]) -> dict[str, float]:
    return {"p50 ms": round(statistics.median(took), 1), "p95 ms": round(statistics.quantiles(took, n=20)[-1], 1)}


if __name__ == "__main__":
    main()
