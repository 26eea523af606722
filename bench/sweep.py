"""The sweep of the clocks: a million run, ten thousand have reached a level; and what it costs when nothing has.

python -m bench.sweep    on the database that the environment names, which it changes
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.databases import Database

DUE = 10_000
_FAR = timedelta(days=400)


def measure(database: Database) -> dict[str, Any]:
    """Return what the sweep takes over a copy in which a clock runs for every ticket."""
    told = json.loads(database.run("-m", "bench.sweep").splitlines()[-1])
    return {
        "sweep, running clocks": told["running"], "sweep, clocks due": told["due"],
        "sweep, s": round(told["took"], 2), "sweep, idle pass": {"p50 ms": told["p50"], "p95 ms": told["p95"]},
    }  # fmt: skip


def main() -> None:
    """Let a clock run for every ticket, make ten thousand due, sweep them, and print what it took as JSON."""
    import django

    django.setup()
    from django.db import connection

    from firstline.commands import escalation
    from firstline.core.sla.models import Clock

    now = datetime.now(UTC)
    far = now + _FAR
    Clock.objects.exclude(kind="resolve").delete()
    Clock.objects.update(state="running", ended_at=None, why="", due_at=far, next_at=far)
    due = list(Clock.objects.order_by("pk").values_list("pk", flat=True)[:DUE])
    for start in range(0, len(due), 500):
        part = due[start : start + 500]
        past = now - timedelta(minutes=1 + start // 500)
        Clock.objects.filter(pk__in=part).update(due_at=past, next_at=past, started_at=past - timedelta(days=2))
    if connection.vendor == "postgresql":
        connection.cursor().execute("ANALYZE sla_clock")
    began = time.perf_counter()
    swept = 0
    while done := escalation.sweep(now=now):
        swept += done
    took = time.perf_counter() - began
    idle = [_timed(lambda: escalation.sweep(now=now)) for _ in range(200)]
    print(
        json.dumps(
            {
                "running": Clock.objects.filter(ended_at=None).count(), "due": swept, "took": took,
                "p50": round(statistics.median(idle), 2), "p95": round(sorted(idle)[int(len(idle) * 0.95)], 2),
            }
        )
    )  # fmt: skip


def _timed(deed: Any) -> float:
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
