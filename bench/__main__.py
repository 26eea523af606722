"""Run the benchmarks and write docs/performance.md.

python -m bench                                   everything, 10 thousand to 1 million tickets, both databases
python -m bench --sizes 10000 --databases sqlite --only pages

What is measured stands in bench/measures.py. Figures are kept in .cache/bench/results.json as they come, so that
a run that broke off goes on with --only what is missing, and a page can be written of several runs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.databases import CACHE, KINDS, NAMES, ROOT, Database, cluster, copied, empty, seeded
from bench.measures import MEASURES, Figures, Measure, On
from bench.table import page

RESULTS = CACHE / "results.json"


@dataclass(frozen=True)
class Step:
    """One measure, on one database; `place` is where its figures are kept."""

    measure: Measure
    kind: str
    tickets: int

    @property
    def place(self) -> str:
        """The column of the table: sqlite/1000000, sqlite/empty, or none."""
        return str(self.measure.on) if self.measure.on is On.NONE else f"{self.kind}/{self.tickets or 'empty'}"

    def taken(self) -> Figures:
        """Take the figures."""
        if self.measure.on is On.NONE:
            return self.measure.take()
        with _database(self.measure.on, self.kind, self.tickets) as database:
            return self.measure.take(database)


def main() -> None:
    """Measure what is asked for, keep the figures beside earlier ones, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--only", default=",".join(measure.name for measure in MEASURES))
    options = parser.parse_args()
    kinds, sizes = options.databases.split(","), sorted(map(int, options.sizes.split(",")))
    wanted = [measure for measure in MEASURES if measure.name in options.only.split(",")]
    CACHE.mkdir(parents=True, exist_ok=True)
    steps = list(_steps(wanted, kinds, sizes))
    served = any(step.kind == "postgresql" for step in steps)
    with cluster() if served else contextlib.nullcontext():
        results = _run(steps)
    (ROOT / "docs" / "performance.md").write_text(page(results, platform.python_version()))


def _steps(wanted: Sequence[Measure], kinds: Sequence[str], sizes: Sequence[int]) -> Iterator[Step]:
    """Yield what is to be done, a database's measures one after another, while its pages are in memory."""
    yield from (Step(measure, "", 0) for measure in wanted if measure.on is On.NONE)
    for kind in kinds:
        yield from (Step(measure, kind, 0) for measure in wanted if measure.on is On.EMPTY)
        for size in sizes:
            yield from (Step(measure, kind, size) for measure in wanted if measure.on is On.SEEDED)
        yield from (Step(measure, kind, sizes[-1]) for measure in wanted if measure.on is On.COPY)


def _run(steps: Sequence[Step]) -> dict[str, Any]:
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    began = time.monotonic()
    for number, step in enumerate(steps, 1):
        where = f"{NAMES[step.kind]}, {step.tickets or 'empty'}: " if step.kind else ""
        _say(f"[{number}/{len(steps)}, {time.monotonic() - began:.0f} s] {where}{step.measure.name}")
        figures = step.taken()
        results.setdefault(step.place, {}).update(figures)
        for name, value in figures.items():
            _say(f"  {name}: {value}")
        RESULTS.write_text(json.dumps(results, indent=1))
    _say(f"{len(steps)} measured in {time.monotonic() - began:.0f} s")
    return results


def _database(on: On, kind: str, tickets: int) -> contextlib.AbstractContextManager[Database]:
    if on is On.EMPTY:
        return empty(kind)
    database = seeded(kind, tickets)
    return copied(database) if on is On.COPY else contextlib.nullcontext(database)


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
