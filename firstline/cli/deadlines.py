"""The deadlines of one ticket, derived on a terminal line by line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from firstline.cli import prepare
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.sla import explained
from firstline.core.tickets.models import Ticket


def explain(number: int, *, as_json: bool) -> int:
    """Print how every clock of the ticket came to its deadline; return the exit status. Raises NotThere."""
    prepare.must_stand()
    try:
        row = row_of(number)
    except BadNumber:
        row = 0
    if not Ticket.objects.filter(pk=row).exists():
        raise NotThere(_("There is no ticket of that number."))
    told = [explained.as_data(one) for one in explained.of_ticket(row, now=datetime.now(UTC))]
    if as_json:
        print(json.dumps({"ticket": number, "clocks": told}, default=_plain, ensure_ascii=False, indent=1))
    else:
        print("\n\n".join(_clock(one) for one in told) or "Nothing was promised for this ticket.")
    return 0


def _clock(one: dict[str, Any]) -> str:
    calendar, agreement = one["calendar"], one["agreement"]
    of_team = f" of {one['team']}" if one["team"] else ""
    due = _at(one["due_at"]) if one["due_at"] else "not while it waits"
    over = one["left_seconds"] < 0
    return "\n".join(
        [
            f"{one['kind'].replace('_', ' ')}{of_team}: {one['state']}{_why(one)}",
            f"  chosen by    {_chosen(one['chosen_by'])}",
            f"  agreement    {agreement['name']}, version {agreement['version']}",
            f"  calendar     {calendar['name']}, version {calendar['version']}, {calendar['time_zone']}",
            f"  started      {_at(one['started_at'])}",
            f"  due          {due}",
            *(_interval(part) for part in one["intervals"]),
            f"  promised {_length(one['budget_seconds'])}, used {_length(one['used_seconds'])} by {_at(one['used_at'])}"
            f", {'overrun by' if over else 'left'} {_length(abs(one['left_seconds']))}",
        ]
    )


def _why(one: dict[str, Any]) -> str:
    return f" ({one['why']})" if one["why"] else ""


def _chosen(chosen: dict[str, Any]) -> str:
    if chosen["rule"] is None:
        return f"the closest promise ({chosen['closest'].replace('_', ' and ')})"
    names = ("organisation", "tier", "service", "kind", "priority")
    return f"rule {chosen['rule']}: " + ", ".join(f"{name} {chosen[name]}" for name in names if chosen[name])


def _interval(part: dict[str, Any]) -> str:
    counted = f"+ {_length(part['counted_seconds'])}" if part["counted"] else "skipped"
    reason = part["reason"].replace("_", " ")
    days = f" ({', '.join(day.isoformat() for day in part['holidays'])})" if part["holidays"] else ""
    span = f"{_at(part['from_at'])} - {_at(part['to_at'])}"
    return f"    {span}  {counted:>11} = {_length(part['total_seconds']):>9}  {reason}{days}"


def _at(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}Z"


def _length(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _plain(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
