"""What a supervisor's page shows, on a terminal or as JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from firstline.core.insight import supervision, told
from firstline.core.insight.reach import EVERYTHING, narrowed
from firstline.core.kernel.refusals import BadInput, _

_EXAMPLE = """example:
  firstline report supervisor --desk it --weeks 4
  firstline report supervisor --json
"""


def add_arguments(verbs: Any) -> None:
    """Declare the words of `firstline report supervisor`."""
    said = "Print load, forecast, ageing, hand-overs, quality and cost, of one desk or of all together."
    words = verbs.add_parser(
        "supervisor", help=said, description=said, epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    words.add_argument("--desk", metavar="KEY", help="one desk only")
    words.add_argument("--weeks", type=int, default=12, metavar="N", help="the last so many weeks (12)")
    words.add_argument("--json", action="store_true", help="print all of it as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the figures; return the exit status. Raises BadInput."""
    if not 1 <= options.weeks <= 52:
        raise BadInput(_("--weeks must be from 1 to 52."))
    every = supervision.desks(EVERYTHING)
    desks = [each for each in every if options.desk in (None, each.key)]
    if not desks:
        known = ", ".join(sorted(each.key for each in every)) or "none yet"
        raise BadInput(_("There is no desk '%(key)s'. The desks are: %(known)s."), key=options.desk or "", known=known)
    reach = narrowed(EVERYTHING, desks[0].pk) if options.desk else EVERYTHING
    now = timezone.now()
    mondays = supervision.mondays(now.astimezone(ZoneInfo(desks[0].time_zone)).date(), options.weeks)
    figures = told.figures(
        reach, mondays=mondays, now=now, language=desks[0].languages[0] if desks[0].languages else "en"
    )
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else "\n".join(_lines(figures)))
    return 0


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    columns = ("open", "unclaimed", "overdue", "due_within_4_hours", "waiting")
    yield f"{'':<32}" + "".join(f"{name.replace('_', ' '):>20}" for name in columns)
    rows = [("all", figures["load"]), *((row["team"]["name"], row) for row in figures["load_by_team"])]
    rows += [(row["person"]["name"], row) for row in figures["load_by_person"]]
    for name, row in rows:
        yield f"{name[:31]:<32}" + "".join(f"{row[column]:>20,}" for column in columns)
    yield ""
    yield "overdue soon, hour by hour:  " + "  ".join(str(hour["overdue"]) for hour in figures["forecast"])
    for way in figures["hand_overs"]:
        passed = f"{way['from_team']['name']} > {way['to_team']['name']}"
        yield f"{passed[:47]:<48}{way['tickets']:>8,} passed on, {way['idle']:,} idle, {way['to_and_fro']:,} back"
    yield ""
    for week in figures["quality"]:
        yield (
            f"{week['monday']}  {week['opened']:>8,} came, {week['resolved']:,} solved, "
            f"{week['kept']:,} of {week['judged']:,} promises kept"
        )
    for by, costs in figures["costs"].items():
        for row in costs:
            name = row["of"]["name"] or "none"
            yield f"{by}: {name[:39]:<40}{row['seconds'] / 3600:>10,.1f} h{row['cost']:>16} {row['currency']}"
