"""Keeps the one narrow row that reports count of each ticket; called inside other commands, under their lock."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from firstline.core import rows
from firstline.core.insight import variants
from firstline.core.insight.models import Figures, Variant
from firstline.core.kernel.prepared import Prepared
from firstline.core.tickets.life import Life
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State

# Where every path begins; a row of its own would tell nothing, for it has no step.
BEGINNING = (str(State.NEW),)
_BEGUN = variants.id_of(BEGINNING)

# Written out, for every fact of a ticket comes by here.
_PATH = Prepared(f"""
SELECT {rows.columns(Variant, "path")} FROM insight_figures told JOIN insight_variant path ON path.id = told.variant_id
WHERE told.id = %s
""")
_MET = Prepared("INSERT INTO insight_variant (id, states) VALUES (%s, %s) ON CONFLICT (id) DO NOTHING")


def begin(ticket: Ticket) -> None:
    """Write the figures of a ticket that was just registered."""
    row = Figures(
        id=ticket.pk, desk_id=ticket.desk_id, channel=ticket.channel, priority=ticket.priority,
        opened=seconds(ticket.registered_at), team_id=ticket.team_id, category_id=ticket.category_id,
        site_id=ticket.site_id, variant_id=_BEGUN,
    )  # fmt: skip
    rows.add(row)


def write(ticket_id: int, before: Life, after: Life, at: datetime, facts: Mapping[str, Any]) -> None:
    """Count one more fact of a ticket, and whatever it changed in the ticket's figures."""
    changed = changes(before, after, at)
    verdict = facts.get("stopped", {}).get("resolve")
    if verdict:
        changed["made_sla"] = verdict == "met"
    elif before.resolved_at and not after.resolved_at:
        changed["made_sla"] = False
    if after.state != before.state:
        changed["variant_id"] = _longer(ticket_id, str(after.state))
    changed["events"] = 1
    rows.run(_counting(tuple(changed)), [*changed.values(), ticket_id])


def changes(before: Life, after: Life, at: datetime) -> dict[str, Any]:
    """Return the columns in which the figures of `after` differ from those of `before`; what is _ADDED, by how much."""
    changed: dict[str, Any] = {
        name: getattr(after, name) for name in _SAME if getattr(after, name) != getattr(before, name)
    }
    # Added, not set: an imported ticket has counts of its own that go on from here.
    if after.hand_overs != before.hand_overs:
        changed["reassignments"] = after.hand_overs - before.hand_overs
    if after.reopenings != before.reopenings:
        changed["reopenings"] = after.reopenings - before.reopenings
    if after.resolved_at != before.resolved_at:
        opened = after.registered_at or at
        changed["took"] = seconds(after.resolved_at) - seconds(opened) if after.resolved_at else None
    if after.closed_at != before.closed_at:
        changed["closed"] = seconds(after.closed_at) if after.closed_at else None
    if (after.closing == Closing.SPAM) != (before.closing == Closing.SPAM):
        changed["spam"] = after.closing == Closing.SPAM
    waited = waiting(before, after, at)
    if waited:
        changed["waited"] = waited
    return changed


_SAME = ("priority", "team_id", "category_id", "site_id")
_ADDED = frozenset({"events", "reassignments", "reopenings", "waited"})


@cache
def _counting(names: tuple[str, ...]) -> Prepared:
    """Return the UPDATE that adds to some of these columns of one row and sets the others."""
    columns = [(name, field.column) for name, field in zip(names, rows.fields_of(Figures, *names), strict=True)]
    told = [f'"{column}" = "{column}" + %s' if name in _ADDED else f'"{column}" = %s' for name, column in columns]
    return Prepared(f"UPDATE insight_figures SET {', '.join(told)} WHERE id = %s")


def waiting(before: Life, after: Life, at: datetime) -> int:
    """Return the seconds of waiting on the requester that end with this fact, 0 where none ends."""
    since = before.waiting_since
    if before.state != State.WAITING_REQUESTER or since is None or after.waiting_since == since:
        return 0
    return max(0, seconds(at) - seconds(since))


def remember(paths: Sequence[tuple[str, ...]]) -> None:
    """Keep the paths of states that the figures name, those known already too."""
    told = [Variant(id=variants.id_of(path), states=list(path)) for path in paths]
    Variant.objects.bulk_create(told, ignore_conflicts=True)


def seconds(moment: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(moment.timestamp())


def _longer(ticket_id: int, state: str) -> int:
    """Keep the ticket's path with one more state, and return its id."""
    known = next((path.states for (path,) in rows.read([Variant], _PATH, [ticket_id])), None)
    states = variants.path_of([*(known or BEGINNING), state])
    met = variants.id_of(states)
    rows.run(_MET, [met, json.dumps(list(states))])
    return met
