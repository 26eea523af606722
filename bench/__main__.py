"""Run the benchmarks and write docs/performance.md.

python -m bench                                   everything, 10 thousand to 1 million tickets, both databases
python -m bench --sizes 10000 --databases sqlite --only pages
"""

from __future__ import annotations

import argparse
import contextlib
import json
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import api, commands, pages, processes, workclock
from bench.databases import CACHE, KINDS, ROOT, Seeded, cluster, seeded
from bench.table import page

SEEDED: dict[str, Callable[[Seeded], dict[str, Any]]] = {
    "pages": pages.measure,
    "verify": commands.verify,
    "report": commands.report,
    "processes": processes.measure,
}
RESULTS = CACHE / "results.json"


def main() -> None:
    """Measure what is asked for, keep the figures beside earlier ones, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--only", default=",".join([*SEEDED, "api", "import", "workclock"]))
    options = parser.parse_args()
    kinds, only = options.databases.split(","), options.only.split(",")
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    CACHE.mkdir(parents=True, exist_ok=True)
    with cluster() if "postgresql" in kinds else contextlib.nullcontext():
        for kind in kinds:
            for size in map(int, options.sizes.split(",")):
                _over_seeded(kind, size, only, results)
            if "import" in only:
                _keep(results, f"{kind}/empty", _import(kind))
    if "api" in only:
        _keep(results, "api", api.measure(tuple(kinds)))
    if "workclock" in only:
        _keep(results, "workclock", workclock.measure())
    (ROOT / "docs" / "performance.md").write_text(page(results, platform.python_version()))


def _over_seeded(kind: str, size: int, only: list[str], results: dict[str, Any]) -> None:
    wanted = [name for name in SEEDED if name in only]
    if not wanted:
        return
    database = seeded(kind, size)
    for name in wanted:
        print(f"{database.title}: {name}", file=sys.stderr, flush=True)
        _keep(results, f"{kind}/{size}", SEEDED[name](database))


def _import(kind: str) -> dict[str, Any]:
    environment = commands.empty(kind)
    try:
        return commands.log_import(kind, environment)
    finally:
        commands.drop(environment)


def _keep(results: dict[str, Any], place: str, figures: dict[str, Any]) -> None:
    results.setdefault(place, {}).update(figures)
    for name, value in figures.items():
        print(f"  {name}: {value}", file=sys.stderr, flush=True)
    Path(RESULTS).write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
