"""Bring another desk's history in as tickets."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from firstline.channels.eventlog import driver, maps
from firstline.cli import prepare
from firstline.core.kernel.refusals import BadInput, _

_EXAMPLE = """example:
  firstline import eventlog incidents.csv.gz --map uci-incidents
  firstline import eventlog ours.csv --map ours.json --desk old-desk

The same file may be imported again: what stands already is passed over, so an import that was
broken off goes on where it stopped. A map is a JSON file; docs/features/import.md describes it.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline import`."""
    parser.epilog = _EXAMPLE
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="eventlog")
    said = "Read a CSV log with one row for each change of each case."
    log = verbs.add_parser("eventlog", help=said, description=said, epilog=_EXAMPLE)
    log.add_argument("file", type=Path, help="the log, plain or gzip")
    log.add_argument("--map", required=True, help=f"a JSON file, or one of: {', '.join(maps.shipped())}")
    log.add_argument("--desk", default="imported", metavar="KEY", help="the desk it goes to; made if there is none")
    log.add_argument("--batch", type=_count, default=driver.BATCH, metavar="N", help="cases to a commit")
    log.add_argument("--json", action="store_true", help="print the outcome as JSON")


def run(options: argparse.Namespace) -> int:
    """Import the file; return the exit status. Raises BadInput."""
    by = maps.load(options.map)
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", options.desk):
        raise BadInput(_("A desk's key is made of small letters, digits and hyphens, at most 40."))
    if not options.file.is_file():
        raise BadInput(_("There is no file %(path)s."), path=options.file)
    prepare.database()
    now = datetime.now(UTC)
    outcome = driver.bring(options.file, by, desk_key=options.desk, now=now, tell=_Progress(), batch=options.batch)
    print(_as_json(outcome) if options.json else _in_words(outcome))
    return 0


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("a batch has 1 to 10000 cases")
    return int(text)


class _Progress:
    """Tells on standard error how far the import is: a line that changes, or one every five seconds."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._told = monotonic()

    def __call__(self, outcome: driver.Outcome) -> None:
        if not self._live and monotonic() - self._told < 5:
            return
        self._told = monotonic()
        done = outcome.imported + outcome.standing
        speed = f"{outcome.events:,} events, {outcome.events_per_second:,}/s"
        line = f"{done:,} of {outcome.cases:,} cases, {speed}"
        print(f"\r{line}  " if self._live else line, end="" if self._live else "\n", file=sys.stderr, flush=True)
        if self._live and done == outcome.cases:
            print(file=sys.stderr)


def _as_json(outcome: driver.Outcome) -> str:
    told = asdict(outcome) | {"took_seconds": round(outcome.took_seconds, 3)}
    return json.dumps(told | {"events_per_second": outcome.events_per_second}, indent=1)


def _in_words(outcome: driver.Outcome) -> str:
    lines = [
        f"{outcome.rows:,} rows of {outcome.cases:,} cases read.",
        f"{outcome.imported:,} cases with {outcome.events:,} events imported in {outcome.took_seconds:.1f} s "
        f"({outcome.events_per_second:,} events/s).",
    ]
    if outcome.standing:
        lines.append(f"{outcome.standing:,} cases with {outcome.events_standing:,} events stood already.")
    if outcome.longer:
        lines.append(f"{outcome.longer:,} of them have more rows in the file now; they were left as they are.")
    if outcome.rows_without_case:
        lines.append(f"{outcome.rows_without_case:,} rows name no case; they stand in the kept file only.")
    lines += [f"{count:,} cases flagged {flag.replace('_', ' ')}." for flag, count in outcome.flags.items()]
    return "\n".join(lines)
