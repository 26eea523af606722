"""What of the queue is wanted, as the address says it; the address is the state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from firstline.core.ownership.queue import VIEWS, Filter
from firstline.core.tickets.states import WORKABLE
from firstline.web import naming

# Name in the address -> column of the filter.
NUMBERS = {
    "priority": "priority",
    "service": "service_id",
    "organisation": "organisation_id",
    "team": "team_id",
    "assignee": "assignee_id",
}


def read(query: Mapping[str, str]) -> Filter:
    """Return what the address asks for; what cannot be read is left out, for addresses are typed and mended."""
    view, state = query.get("view", ""), query.get("state", "")
    numbers: dict[str, Any] = {column: _number(query.get(name, "")) for name, column in NUMBERS.items()}
    if numbers["priority"] not in naming.PRIORITIES:
        numbers["priority"] = None
    return Filter(view=view if view in VIEWS else VIEWS[0], state=state if state in set(WORKABLE) else None, **numbers)


def written(wanted: Filter) -> str:
    """Return the filter as the part of an address behind the question mark, "" for the whole queue."""
    given = {"view": wanted.view if wanted.view != VIEWS[0] else None, "state": wanted.state}
    given |= {name: getattr(wanted, column) for name, column in NUMBERS.items()}
    return urlencode({name: value for name, value in given.items() if value is not None})


def chosen(wanted: Filter) -> list[str]:
    """Return the names under which the filter asks for something, besides its view."""
    columns = {"state": "state", **NUMBERS}
    return [name for name, column in columns.items() if getattr(wanted, column) is not None]


def without(wanted: Filter, name: str) -> Filter:
    """Return the filter that no longer asks for `name`."""
    cleared: dict[str, Any] = {NUMBERS.get(name, name): None}
    return replace(wanted, **cleared)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) <= 18 else None
