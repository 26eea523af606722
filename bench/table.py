"""The page of figures: what was measured, beside the budget, as tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.databases import NAMES, ROOT
from bench.measures import budget_of

HEAD = """# Performance

Measured by `make bench` on two shared cores (Python {python}); nothing else was meant to run, but the cores are
not ours alone, so read ratios before digits. SQLite runs with synchronous=FULL, PostgreSQL with fsync: an acknowledged
ticket survives a power cut. The databases are seeded by `bench/story.py`: every ticket has a chain of facts, sealed,
and its row is what they make of it; one in twenty is open.
"""
NOTES = ROOT / "bench" / "notes.md"


def page(results: dict[str, Any], python: str) -> str:
    """Return the whole page for the figures kept so far."""
    places = sorted((place for place in results if "/" in place), key=_order)
    seeded = [place for place in places if not place.endswith("/empty")]
    tables = {
        "By size of the database": seeded,
        "On a desk just founded": [place for place in places if place not in seeded],
        "Without a database": [place for place in results if place == "none"],
    }
    parts = [HEAD.format(python=python)]
    for title, columns in tables.items():
        if columns:
            parts += [f"## {title}\n", _table(results, columns)]
    return "\n".join(parts) + (f"\n{NOTES.read_text()}" if NOTES.exists() else "")


def _table(results: dict[str, Any], places: Sequence[str]) -> str:
    rows = list(dict.fromkeys(name for place in places for name in results[place]))
    lines = ["| | " + " | ".join(_title(place) for place in places) + " | budget |", "|---" * (len(places) + 2) + "|"]
    for row in rows:
        cells = [_cell(results[place].get(row)) for place in places]
        lines.append(f"| {row} | " + " | ".join(cells) + f" | {budget_of(row)} |")
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(inner)}" for name, inner in value.items())
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}"


def _title(place: str) -> str:
    kind, _, size = place.partition("/")
    if kind not in NAMES:
        return "measured"
    return NAMES[kind] if size == "empty" else f"{NAMES[kind]}, {int(size):,}"


def _order(place: str) -> tuple[int, int]:
    kind, _, size = place.partition("/")
    return list(NAMES).index(kind), 0 if size == "empty" else int(size)
