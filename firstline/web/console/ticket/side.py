"""What the side panel says: the requester, the answers of the form, the instruction, the work, the links."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.core.insight.beside import Row
from firstline.core.insight.dossier import Dossier
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Team
from firstline.core.tickets.models import Link, Ticket
from firstline.web import wording

LINKS: dict[str, Promise] = {
    Link.Kind.RELATES: _("Relates to"),
    Link.Kind.CAUSED_BY: _("Caused by"),
    Link.Kind.CHILD_OF: _("Part of"),
    Link.Kind.SPLIT_FROM: _("Split from"),
    Link.Kind.FOLLOWS_UP: _("Follows up"),
}
LINKS_HERE: dict[str, Promise] = {
    Link.Kind.RELATES: _("Relates to"),
    Link.Kind.CAUSED_BY: _("Causes"),
    Link.Kind.CHILD_OF: _("Consists of"),
    Link.Kind.SPLIT_FROM: _("Split off"),
    Link.Kind.FOLLOWS_UP: _("Followed up by"),
}
FLAGS: dict[str, Promise] = {
    "time_backwards": _("Its times ran backwards"),
    "left_closed": _("It went on after it was closed"),
    "unknown_state": _("A state of it is not known here"),
    "no_time": _("A change of it has no time"),
    "no_opening_time": _("It is not said when it was opened"),
    "touched_before_opened": _("It was changed before it was opened"),
    "resolved_before_opened": _("It is said to be resolved before it was opened"),
    "closed_before_opened": _("It is said to be closed before it was opened"),
    "ragged_row": _("A row of its log has too few or too many columns"),
}


@dataclass(frozen=True)
class Linked:
    """A link to another ticket, in words; `row` is the link's id, by which it is ended."""

    row: int
    word: Promise | str
    number: int
    subject: str


@dataclass(frozen=True)
class Step:
    """A step of an instruction: its words, who did it and when, and whom it brings in by which action."""

    at: int
    words: str
    done_by: str
    done_at: datetime | None
    team: str = ""
    brings: str = ""
    query: str = ""


@dataclass(frozen=True)
class Instructed:
    """The instruction a ticket follows; `row` is its version's id."""

    row: int
    version: int
    alone: str
    steps: Sequence[Step]
    done: int


@dataclass(frozen=True)
class Worked:
    """The work logged: each entry as the story tells it, and the sums."""

    entries: Sequence[Any]
    spent: str
    cost: Decimal


def local_time(ticket: Ticket, now: datetime) -> str:
    """Return the wall clock where the requester is, or "" where that is not known."""
    site = ticket.site or ticket.requester.site
    for name in (ticket.requester.time_zone, site.time_zone if site else ""):
        try:
            return f"{now.astimezone(ZoneInfo(name)):%H:%M}" if name else ""
        except (ZoneInfoNotFoundError, ValueError):
            continue
    return ""


def answers(ticket: Ticket) -> list[tuple[str, str]]:
    """Return what the form asked and what was answered, in the language of the page."""
    if not (ticket.answers and ticket.answers.text and ticket.form):
        return []
    given = json.loads(ticket.answers.text)
    language = translation.get_language() or "en"
    return [
        (pick(field["label"], language), _said(field, given[field["key"]], language))
        for field in ticket.form.fields
        if field["key"] in given
    ]


def instruction(dossier: Dossier) -> Instructed | None:
    """Return the instruction that the ticket follows, in the language of the page; None where there is none."""
    found = dossier.beside.instruction
    if found is None or not found.steps:
        return None
    language = translation.get_language() or "en"
    names = _teams_of(found.steps)
    steps = [_step(at, step, found.ticks.get(at), names, language) for at, step in enumerate(found.steps)]
    return Instructed(found.row, found.version, pick(found.alone, language), steps, len(found.ticks))


def links(dossier: Dossier) -> list[Linked]:
    """Return the links to other tickets, both ways, and what was merged into this one."""
    beside = dossier.beside
    found = [_linked(row, LINKS) for row in beside.links] + [_linked(row, LINKS_HERE) for row in beside.links_here]
    merged = [Linked(0, gettext("Merged in"), row.number, row.words) for row in beside.absorbed]
    return found + merged


def work(dossier: Dossier) -> Worked | None:
    """Return the work logged on the ticket, if there is any."""
    entries = [moment for moment in dossier.story if moment.kind == "work logged"]
    if not entries:
        return None
    spent = sum(int(moment.facts.get("seconds", 0)) for moment in entries)
    cost = sum((Decimal(moment.facts.get("cost", "0")) for moment in entries), Decimal(0))
    shown = [(moment, wording.span(timedelta(seconds=int(moment.facts.get("seconds", 0))))) for moment in entries]
    return Worked(shown, wording.span(timedelta(seconds=spent)), cost)


def flags(ticket: Ticket) -> list[Promise | str]:
    """Return what was odd about an imported history, in words."""
    reported = getattr(ticket, "reported", None)
    return [FLAGS.get(flag, flag.replace("_", " ")) for flag in reported.flags] if reported else []


# How a step brings a team in -> the action that does, and what its fields are called.
_BRINGS = {"task": ("task", "team", "what"), "hand_over": ("hand-over", "to", "why")}


def _step(
    at: int, step: Mapping[str, Any], tick: tuple[str, datetime] | None, names: Mapping[int, str], language: str
) -> Step:
    words, team = pick(step.get("text") or {}, language), int(step.get("team") or 0)
    by, done_at = tick or ("", None)
    if team not in names:
        return Step(at, words, by, done_at)
    action, whom, why = _BRINGS.get(step.get("how") or "task", _BRINGS["task"])
    return Step(at, words, by, done_at, names[team], action, urlencode({whom: team, why: words}))


def _teams_of(steps: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the live teams that steps bring in; no statement where they bring in none."""
    ids = {step["team"] for step in steps if step.get("team")}
    return dict(Team.objects.filter(pk__in=ids, ended_at=None).values_list("pk", "name")) if ids else {}


def _linked(row: Row, words: Mapping[str, Promise]) -> Linked:
    return Linked(row.row, words.get(row.more, row.more), row.number, row.words)


def _said(field: Mapping[str, Any], value: Any, language: str) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    named = {str(choice["value"]): pick(choice["label"], language) for choice in field.get("choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(named.get(str(one), str(one)) for one in values)
