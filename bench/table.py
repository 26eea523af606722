"""The page of figures: what was measured, beside the budget, as tables in Markdown."""

from __future__ import annotations

from typing import Any

HEAD = """# Performance

Measured by `make bench` on two shared cores (Python {python}); nothing else was meant to run, but the cores are
not ours alone, so read ratios before digits. SQLite runs with synchronous=FULL, PostgreSQL with fsync: an acknowledged
ticket survives a power cut. The databases are seeded by `bench/story.py`: every ticket has a chain of facts, sealed,
and its row is what they make of it; one in twenty is open.
"""

BUDGETS = {
    "queue page": "<= 8 statements, p95 <= 50 ms at 4 clients, rows visited constant",
    "ticket page": "<= 12 statements, p95 <= 50 ms at 4 clients",
    "journal verify, entries/s": ">= 50,000",
    "report kpi, s": "<= 3 over 1,000,000",
    "import, events/s": ">= 1,500",
    "cold start to first page, s": "<= 3",
    "idle memory of the tree, MB": "<= 300",
}
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def page(results: dict[str, Any], python: str) -> str:
    """Return the whole page for the figures kept so far."""
    places = sorted((place for place in results if "/" in place), key=_order)
    parts = [HEAD.format(python=python)]
    if places:
        parts += ["## By size of the database\n", _by_size(results, places)]
    for place, title in (("api", "## Registering by API\n"), ("workclock", "## Working time\n")):
        if place in results:
            parts += [title, _plain(results[place])]
    return "\n".join(parts) + _notes()


def _by_size(results: dict[str, Any], places: list[str]) -> str:
    rows = list(dict.fromkeys(name for place in places for name in results[place]))
    lines = ["| | " + " | ".join(_title(place) for place in places) + " | budget |", "|---" * (len(places) + 2) + "|"]
    for row in rows:
        cells = [_cell(results[place].get(row)) for place in places]
        lines.append(f"| {row} | " + " | ".join(cells) + f" | {_budget(row)} |")
    return "\n".join(lines) + "\n"


def _plain(figures: dict[str, Any]) -> str:
    lines = ["| | measured |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in figures.items())]
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(inner)}" for name, inner in value.items())
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}"


def _budget(row: str) -> str:
    if row.endswith(("rows visited", "statements")):
        row = row.split(",")[0]
    return BUDGETS.get(row) or BUDGETS.get(row.split(",")[0], "")


def _title(place: str) -> str:
    kind, size = place.split("/")
    return f"{NAMES[kind]}, {'empty' if size == 'empty' else f'{int(size):,}'}"


def _order(place: str) -> tuple[str, int]:
    kind, size = place.split("/")
    return ((kind != "sqlite" and kind) or "", 0 if size == "empty" else int(size))


def _notes() -> str:
    from bench.databases import ROOT

    notes = ROOT / "bench" / "notes.md"
    return f"\n{notes.read_text()}" if notes.exists() else ""
