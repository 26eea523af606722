"""Which order starves nobody: a log of incidents replayed at 90, 110 and 150 % of capacity, in three orders.

    python -m bench.simulation LOG.csv.gz        writes docs/images/order.svg and the tables of docs/features/order.md

Arrivals are the log's; so is who is busy with what for how long, drawn from its own times between taking and solving.
Services are its categories. The rarest with at least twenty tickets is guarded. So many takers work as make the
offered work the wanted share of what they can do; everything runs on one clock without nights.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import heapq
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from bench.plots import Bar, Panel, drawn
from firstline.core.ownership import ranks

ROOT = Path(__file__).resolve().parent.parent
LOADS = (90, 110, 150)
# By when a ticket of a priority is promised to be begun with.
TARGETS = {1: timedelta(hours=4), 2: timedelta(hours=8), 3: timedelta(hours=24), 4: timedelta(hours=72)}
TAKERS = 40
OTHERS = "all others"
Order = Callable[["Case", datetime], float]


@dataclass
class Case:
    """One ticket of the log: when it came, how urgent it was, what service it is of, how long its work takes."""

    number: int
    at: datetime
    priority: int
    service: str
    work: timedelta
    guarded: bool = False
    taken_at: datetime | None = field(default=None, compare=False)

    @property
    def due_at(self) -> datetime:
        """When it should have been begun with."""
        return self.at + TARGETS[self.priority]

    @property
    def waited(self) -> timedelta:
        """How long it lay unclaimed."""
        assert self.taken_at is not None
        return self.taken_at - self.at


def ours(case: Case, now: datetime) -> float:
    """The desk's own order: exactly what the queue stores."""
    return ranks.standing(
        "new", due_at=case.due_at, span=TARGETS[case.priority], now=now, guarded=case.guarded
    ).rank  # fmt: skip


def first_come(case: Case, now: datetime) -> float:
    """Whoever came first."""
    return case.at.timestamp()


def by_priority(case: Case, now: datetime) -> float:
    """The most urgent priority first, and within it whoever came first."""
    return case.priority * 1e11 + case.at.timestamp()


ORDERS: dict[str, Order] = {"Firstline": ours, "first come": first_come, "priority": by_priority}


def play(cases: Sequence[Case], order: Order, *, takers: int) -> list[Case]:
    """Return the cases, each with the instant it was taken, when `takers` always take the first in `order`."""
    played = [Case(c.number, c.at, c.priority, c.service, c.work, c.guarded) for c in cases]
    free = [played[0].at] * takers
    heapq.heapify(free)
    waiting: list[Case] = []
    coming = iter(played)
    following = next(coming, None)
    while following is not None or waiting:
        now = heapq.heappop(free)
        if not waiting and following is not None:
            now = max(now, following.at)
        while following is not None and following.at <= now:
            waiting.append(following)
            following = next(coming, None)
        chosen = min(waiting, key=lambda case: (order(case, now), case.number))
        waiting.remove(chosen)
        chosen.taken_at = now
        heapq.heappush(free, now + chosen.work)
    return played


def read(path: Path) -> list[Case]:
    """Return the log's cases in the order they came; a case's work is drawn from the log's times to solve."""
    rows: dict[str, dict[str, str]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["number"]] = row
    lasted = [
        took for row in rows.values() if row["resolved_at"] != "?"
        and timedelta(0) < (took := _at(row["resolved_at"]) - _at(row["opened_at"])) < timedelta(hours=8)
    ]  # fmt: skip
    chance, cases = Random(1), []
    for number, row in enumerate(sorted(rows.values(), key=lambda row: _at(row["opened_at"]))):
        work = min(max(chance.choice(lasted), timedelta(minutes=3)), timedelta(hours=4))
        cases.append(Case(number, _at(row["opened_at"]), int(row["priority"][0]), row["category"], work))
    return _named(cases)


def scaled(cases: Sequence[Case], percent: int, takers: int) -> list[Case]:
    """Return the cases with work so long that it is `percent` of what the takers can do while they come."""
    span = cases[-1].at - cases[0].at
    offered = sum((case.work for case in cases), timedelta(0))
    factor = (span * takers * percent / 100) / offered
    return [Case(c.number, c.at, c.priority, c.service, c.work * factor, c.guarded) for c in cases]


def main() -> None:
    """Play every load in every order, draw the picture and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    cases = read(parser.parse_args().log)
    played = {
        load: {name: play(scaled(cases, load, TAKERS), order, takers=TAKERS) for name, order in ORDERS.items()}
        for load in LOADS
    }
    (ROOT / "docs" / "images" / "order.svg").write_text(drawn(list(_panels(played))))
    for load, orders in played.items():
        print(f"\n### At {load} % of capacity\n")
        print(*_table(orders), sep="\n")


def _panels(played: dict[int, dict[str, list[Case]]]) -> Iterator[Panel]:
    for load, orders in played.items():
        yield Panel(f"{load} %: guarded service, longest wait", "h", [
            Bar(name, _hours(max(c.waited for c in done if c.guarded))) for name, done in orders.items()
        ])  # fmt: skip
        yield Panel(f"{load} %: guarded service, promises broken", "%", [
            Bar(name, _late([c for c in done if c.guarded])) for name, done in orders.items()
        ])  # fmt: skip
        yield Panel(f"{load} %: longest wait of any service", "h", [
            Bar(name, _hours(max(c.waited for c in done))) for name, done in orders.items()
        ])  # fmt: skip


def _table(orders: dict[str, list[Case]]) -> Iterator[str]:
    names = list(orders)
    yield "| service | tickets | " + " | ".join(f"{name}: longest, p99, late" for name in names) + " |"
    yield "|---" * (len(names) + 2) + "|"
    groups = {name: _by_service(done) for name, done in orders.items()}
    for service in sorted(groups[names[0]], key=lambda one: len(groups[names[0]][one])):
        cells = [_cell(groups[name][service]) for name in names]
        count = len(groups[names[0]][service])
        yield f"| {service} | {count} | " + " | ".join(cells) + " |"


def _by_service(done: Sequence[Case]) -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in done:
        found[f"**{case.service} (guarded)**" if case.guarded else case.service].append(case)
    return found


def _cell(cases: Sequence[Case]) -> str:
    waits = sorted(case.waited for case in cases)
    p99 = waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    return f"{_hours(waits[-1]):.1f} h, {_hours(p99):.1f} h, {_late(cases):.0f} %"


def _late(cases: Sequence[Case]) -> float:
    return 100 * statistics.fmean(case.taken_at > case.due_at for case in cases if case.taken_at)


def _named(cases: list[Case]) -> list[Case]:
    """Guard the rarest service of twenty tickets or more; beside the seven loudest, the rest stand together."""
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        counts[case.service] += 1
    rarest = min((name for name, count in counts.items() if count >= 20), key=lambda name: counts[name])
    loudest = sorted(counts, key=lambda name: -counts[name])[:7]
    for case in cases:
        case.guarded = case.service == rarest
        if case.service not in (rarest, *loudest):
            case.service = OTHERS
    return cases


def _hours(wait: timedelta) -> float:
    return wait / timedelta(hours=1)


def _at(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=UTC)


if __name__ == "__main__":
    main()
