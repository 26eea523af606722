"""What is measured: one entry of MEASURES is a group of figures, where it is taken, and what it is held against.

To add one, write a function that takes a `databases.Database` and returns {row of the table: figure}, a figure
being a number or {"p50 ms": number, ...}; name it here; try it alone:

    python -m bench --only pages --sizes 10000 --databases sqlite
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bench import api, commands, mail, pages, processes, sweep, taking, workclock

Figures = dict[str, Any]


class On(StrEnum):
    """The database a measure is given."""

    NONE = "none"  # nothing: it takes no argument
    EMPTY = "empty"  # a fresh one, migrated, without a desk; thrown away
    SEEDED = "seeded"  # each seeded one; it must stay as it is
    COPY = "copy"  # a copy of the largest seeded one that may be written to; thrown away


@dataclass(frozen=True)
class Measure:
    """Figures that are taken together.

    name     what --only calls it
    budgets  row, or a row's words before its first comma -> budget in words
    """

    name: str
    on: On
    take: Callable[..., Figures]
    budgets: Mapping[str, str] = field(default_factory=dict)


MEASURES = (
    Measure("workclock", On.NONE, workclock.measure, {"due": ">= 200,000/s", "elapsed": ">= 200,000/s"}),
    Measure("import", On.EMPTY, commands.log_import, {"import, events/s": ">= 1,500"}),
    Measure(
        "api", On.EMPTY, api.measure,
        {
            "registering, 1 client, requests/s": "SQLite >= 80, PostgreSQL >= 150",
            "registering, 8 clients, requests/s": "SQLite >= 120, PostgreSQL >= 250",
        },
    ),
    Measure(
        "mail", On.EMPTY, mail.measure,
        {
            "mail kept by LMTP, 8 deliverers, mails/s": ">= 400",
            "mail understood and settled from files, mails/s": ">= 100",
        },
    ),
    Measure(
        "pages", On.SEEDED, pages.measure,
        {
            "queue page": "<= 8 statements, p95 <= 50 ms at 4 clients, rows visited constant",
            "ticket page": "<= 12 statements, p95 <= 50 ms at 4 clients",
        },
    ),
    Measure("verify", On.SEEDED, commands.verify, {"journal verify, entries/s": ">= 50,000"}),
    Measure("report", On.SEEDED, commands.report, {"report kpi, s": "<= 3 over 1,000,000"}),
    Measure("sweep", On.COPY, sweep.measure, {"sweep, s": "<= 10", "sweep, idle pass": "<= 10 ms"}),
    Measure("taking", On.COPY, taking.measure, {"take next": "p95 <= 60 ms with 8 takers, none twice"}),
    Measure(
        "processes", On.SEEDED, processes.measure,
        {"cold start to first page, s": "<= 3", "idle memory of the tree, MB": "<= 300"},
    ),
)  # fmt: skip
BUDGETS = {row: budget for measure in MEASURES for row, budget in measure.budgets.items()}


def budget_of(row: str) -> str:
    """Return the budget of a row, in words; "" where there is none."""
    return BUDGETS.get(row) or BUDGETS.get(row.split(",")[0], "")
