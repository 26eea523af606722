"""What each tier would have cost a customer in a past quarter, and kept, on a terminal."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from firstline.core.insight import tiers
from firstline.core.insight.comparison import quarter_before
from firstline.core.insight.tiers import Compared
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.people.models import Desk, Organisation

_EXAMPLE = """example:
  firstline report tiers --customer "Northwind" --desk it
  firstline report tiers --customer "Northwind" --from 2026-01-01 --to 2026-04-01 --json

The last whole quarter unless days are given; --to is the first day no longer counted.
"""


def add_arguments(verbs: Any) -> None:
    """Declare the words of `firstline report tiers`."""
    said = "Hold a customer's tickets of a quarter against every tier: what it would have cost and kept."
    parser: argparse.ArgumentParser = verbs.add_parser("tiers", help=said, description=said, epilog=_EXAMPLE)
    parser.add_argument("--customer", required=True, metavar="NAME", help="the organisation's name")
    parser.add_argument("--desk", metavar="KEY", help="whose tiers; the only desk if left out")
    parser.add_argument("--from", dest="from_on", metavar="DAY", type=_day, help="the first day, YYYY-MM-DD")
    parser.add_argument("--to", dest="to_on", metavar="DAY", type=_day, help="the first day no longer counted")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def run(options: argparse.Namespace) -> int:
    """Print the comparison; return the exit status. Raises BadInput."""
    desk = Desk.objects.filter(ended_at=None, **({"key": options.desk} if options.desk else {})).order_by("pk").first()
    if desk is None:
        raise BadInput(_("There is no such desk."))
    customer = Organisation.objects.filter(name=options.customer, ended_at=None).order_by("pk").first()
    if customer is None:
        raise BadInput(_("There is no organisation of that name."))
    now = datetime.now(UTC)
    begin, end = quarter_before(now.date())
    begin, end = options.from_on or begin, options.to_on or end
    if begin >= end:
        raise BadInput(_("--from must lie before --to."))
    told = tiers.comparison(desk, customer.pk, begin=begin, end=end, now=now)
    if options.json:
        plain = {**asdict(told), "tiers": [_figures(one) for one in told.tiers]}
        print(json.dumps(plain, default=_plain, ensure_ascii=False, indent=1))
    else:
        print(f"{customer.name}, {begin} to {told.last}: {told.tickets} tickets")
        print("\n".join(_line(one) for one in told.tiers))
    return 0


def _figures(one: Compared) -> dict[str, Any]:
    return {"tier": one.tier.name, "currency": one.tier.currency, "held": one.held, **asdict(one.column)}


def _line(one: Compared) -> str:
    column = one.column
    kept = ", ".join(f"{kind} {met}/{due}" for kind, (met, due) in column.kept.items()) or "nothing due"
    held = " (theirs)" if one.held else ""
    return f"  {one.tier.name + held:<24}{column.total:>12} {one.tier.currency}   {kept}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no day; write it as 2026-01-31") from error


def _plain(value: object) -> object:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return str(value) if isinstance(value, Decimal | date) else repr(value)
