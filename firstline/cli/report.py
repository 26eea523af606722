"""Figures of a desk: tickets, promises kept, hours to resolution, backlog, teams, states."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from typing import Any

from django.db import connections

from firstline.cli import prepare, supervisor, tiers
from firstline.core.insight import kpi, queries
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.people.models import Desk

_EXAMPLE = """example:
  firstline report kpi --from 2026-01-01 --to 2026-04-01 --desk it
  firstline report kpi --json

--from is the first day counted, --to the first day no longer counted, both by the day a ticket was
opened (UTC). Imported tickets count as their log reported them, the desk's own as it observed them.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline report`."""
    parser.epilog = _EXAMPLE
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="kpi|tiers|supervisor")
    said = "Print the figures of the desk, or of all desks together."
    tiers.add_arguments(verbs)
    supervisor.add_arguments(verbs)
    figures = verbs.add_parser("kpi", help=said, description=said, epilog=_EXAMPLE)
    figures.add_argument("--from", dest="from_on", metavar="DAY", help="the first day, YYYY-MM-DD")
    figures.add_argument("--to", dest="to_on", metavar="DAY", help="the first day no longer counted")
    figures.add_argument("--desk", metavar="KEY", help="one desk only")
    figures.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the figures; return the exit status. Raises BadInput."""
    prepare.must_stand()
    if options.verb == "tiers":
        return tiers.run(options)
    if options.verb == "supervisor":
        return supervisor.run(options)
    period = queries.Period(_desk(options.desk), _day(options.from_on), _day(options.to_on))
    if period.from_on and period.to_on and period.from_on >= period.to_on:
        raise BadInput(_("--from must lie before --to."))
    told = kpi.kpi(queries.counts(period, _tallies(period)))
    print(json.dumps(told, ensure_ascii=False, indent=1) if options.json else "\n".join(_table(told)))
    return 0


def _tallies(period: queries.Period) -> queries.Tallies:
    """Count the period, on every core if it is large."""
    parts = queries.parts(period, os.cpu_count() or 1)
    if len(parts) == 1:
        return queries.tally(period)
    # A connection must not be shared with a forked child.
    connections.close_all()
    with ProcessPoolExecutor(len(parts), mp_context=multiprocessing.get_context("fork")) as pool:
        return queries.merged(pool.map(queries.tally, parts))


def _desk(key: str | None) -> int | None:
    if key is None:
        return None
    desk_id = Desk.objects.filter(key=key).values_list("pk", flat=True).first()
    if desk_id is None:
        known = ", ".join(Desk.objects.order_by("key").values_list("key", flat=True)) or "none yet"
        raise BadInput(_("There is no desk '%(key)s'. The desks are: %(known)s."), key=key, known=known)
    return desk_id


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("'%(text)s' is no day; write it as 2026-01-31."), text=text) from error


def _table(told: dict[str, Any]) -> Iterator[str]:
    for key, value in told.items():
        name = key.replace("_", " ")
        if isinstance(value, dict) and value:
            yield f"{name}:"
            yield from (f"  {label:<28}{_cell(inner)}" for label, inner in value.items())
        elif isinstance(value, list) and value:
            yield f"{name}:"
            yield from (f"  {label:<48}{n:>10,}" for label, n in value)
        else:
            yield f"{name:<30}{_cell(value or 0)}"


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{name} {inner:,}" for name, inner in value.items())
    if isinstance(value, list):
        met, every = value
        return f"{met:>10,} of {every:,}"
    return f"{value:>10,}"
