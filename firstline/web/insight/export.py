"""Tables to take away as CSV; what a spreadsheet would take for a formula is disarmed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import Http404, HttpResponse

_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")

Lines = Sequence[Sequence[object]]


def table(of: str, context: Mapping[str, Any]) -> HttpResponse:
    """Return one table of the page as CSV in UTF-8, with a byte order mark, for spreadsheets to know it by."""
    if of not in TABLES:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="firstline-{of}.csv"'
    csv.writer(response).writerows([cell(value) for value in line] for line in TABLES[of](context))
    return response


def cell(value: object) -> str:
    """Return a value as a cell that no spreadsheet computes: a word that begins like a formula gets an apostrophe."""
    text = str(value)
    number = isinstance(value, int | float)
    return f"'{text}" if text.startswith(_FORMULAS) and not number else text


def _load(of: str) -> Callable[[Mapping[str, Any]], Lines]:
    def lines(context: Mapping[str, Any]) -> Lines:
        head = [["name", "open", "unclaimed", "overdue", "due_within_4_hours", "waiting"]]
        return head + [[row.name, *(figure.n for figure in row.figures)] for row in context[of]]

    return lines


def _passed(context: Mapping[str, Any]) -> Lines:
    head = ["name", *(team.name for team in context["receiving"]), "passed_on_idle"]
    rows = [[row.name, *(figure.n for figure in row.figures), row.total.n] for row in context["matrix"]]
    return [head, *rows]


def _rows(of: str, head: Callable[[Mapping[str, Any]], Sequence[object]]) -> Callable[[Mapping[str, Any]], Lines]:
    def lines(context: Mapping[str, Any]) -> Lines:
        rows = [[row.name, *(figure.n for figure in row.figures)] for row in context[of]]
        return [["name", *head(context)], *rows]

    return lines


def _answering(context: Mapping[str, Any]) -> Sequence[object]:
    head = ["answers_for", "with_others", "overdue"]
    return head if context["answers_by"] == "person" else [*head, "nobody_by_name"]


def _quality(context: Mapping[str, Any]) -> Lines:
    names = ("opened", "resolved", "kept", "missed", "first", "score")
    head = ["week", "opened", "resolved", "promises_kept", "promises_missed", "solved_at_first_contact", "ratings"]
    return [head, *([week["monday"], *(week[name].n for name in names)] for week in context["quality"])]


def _costs(of: str) -> Callable[[Mapping[str, Any]], Lines]:
    def lines(context: Mapping[str, Any]) -> Lines:
        head = [["name", "tickets", "hours", "cost", "cost_of_each", "currency"]]
        return head + [[row.name, row.tickets.n, row.hours, row.cost, row.each, row.currency] for row in context[of]]

    return lines


TABLES: dict[str, Callable[[Mapping[str, Any]], Lines]] = {
    "teams": _load("team_load"),
    "persons": _load("person_load"),
    "answering": _rows("answering", _answering),
    "ageing": _rows("ageing", lambda context: context["ages"]),
    "hand-overs": _passed,
    "over-time": _rows("over_time", lambda context: [monday.isoformat() for monday in context["period"].mondays]),
    "quality": _quality,
    "services": _costs("by_service"),
    "customers": _costs("by_customer"),
}
