"""Everything one ticket's page shows, read in seven statements however long the story is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from firstline.core.compiled import compiled
from firstline.core.insight.beside import Beside, beside
from firstline.core.insight.stages import Share, Stage, shares, stages
from firstline.core.insight.timeline import Moment, story
from firstline.core.people.rights import Scope
from firstline.core.sla import queries as sla
from firstline.core.sla.models import Clock
from firstline.core.sla.openings import BeyondOpenings, Openings
from firstline.core.tickets import queries as tickets
from firstline.core.tickets.models import Ticket

# What the page names of each thing that belongs to a ticket, and no more: most of the price of a row is its columns.
_SHOWN = {
    "desk": ("name", "reopen_within_days"),
    "requester": ("name", "vip", "time_zone", "site"),
    "requester__site": ("name", "time_zone"),
    "organisation": ("name", "vip"),
    "site": ("name", "time_zone"),
    "service": ("name",),
    "category": ("name",),
    "steward_team": ("name",),
    "steward": ("name",),
    "team": ("name",),
    "assignee": ("name",),
    "offered_to": ("name",),
    "merged_into": ("subject",),
    "registrar": ("name",),
    "answers": ("text",),
    "form": ("fields",),
    "reported": ("source", "external_id", "problem", "change", "vendor", "flags"),
}
_COLUMNS = (
    *(field.attname for field in Ticket._meta.concrete_fields),
    *(f"{name}__{column}" for name, columns in _SHOWN.items() for column in columns),
)


@dataclass(frozen=True)
class Asked:
    """A task as the story tells it: what was asked of which team, and what came of it."""

    task_id: int
    team_id: int
    team: str
    what: str | None
    by: str
    at: datetime
    due_at: datetime | None
    ended_at: datetime | None = None
    ended_by: str = ""
    result: str | None = None
    withdrawn: bool = False

    @property
    def open(self) -> bool:
        """Whether the team still has it to do."""
        return self.ended_at is None


@dataclass(frozen=True)
class Dossier:
    """A ticket with its story and all that stands beside it, as one reader may see it."""

    ticket: Ticket
    story: Sequence[Moment]
    clocks: Sequence[Clock]
    team_clocks: Sequence[Clock]
    openings: Openings | None
    beside: Beside
    stages: Sequence[Stage]
    tasks: Sequence[Asked]
    now: datetime

    @property
    def seq(self) -> int:
        """The place of the newest entry the reader may see."""
        return self.story[-1].seq if self.story else 0

    @cached_property
    def shares(self) -> list[Share]:
        """How long each team had it."""
        return shares(self.stages)

    @cached_property
    def offer(self) -> Moment | None:
        """The offer that was not answered yet."""
        if self.ticket.offered_to_id is None:
            return None
        return next((moment for moment in reversed(self.story) if moment.kind == "offered"), None)

    @cached_property
    def people(self) -> Mapping[int, str]:
        """Names of the persons the story mentions."""
        return {moment.facts[key]: name for moment in self.story for key, name in moment.persons.items()}

    @cached_property
    def teams(self) -> Mapping[int, tuple[str, int]]:
        """Names and lines of the teams the story mentions."""
        return {
            moment.facts[key]: (name, moment.lines[key])
            for moment in self.story
            for key, name in moment.teams.items()
        }  # fmt: skip


def opened(scope: Scope, ticket_id: int) -> Ticket | None:
    """Return the ticket, if this person may read it, with names, and `helps`: whether a team of theirs is involved."""
    found: Ticket | None = _opened.first(scope, ticket_id)
    return found


@compiled
def _opened(scope: Scope, ticket_id: int) -> QuerySet[Ticket]:
    apart = scope.teams - scope.front_teams
    seen = tickets.visible_to(scope).filter(pk=ticket_id)
    if apart:
        # Its joins make rows twice, and telling them apart by all columns is dear: by the id alone it is not.
        seen = Ticket.objects.filter(pk__in=seen.values("pk"))
    named = seen.select_related(*_SHOWN).only(*_COLUMNS)
    # Whoever is on a desk's first line sees the whole desk; of other teams it has to be asked.
    if not apart:
        return named
    return named.annotate(helps=Exists(tickets.involving(apart).filter(pk=OuterRef("pk"))))


def helps(scope: Scope, ticket: Ticket) -> bool:
    """Whether this person reads the ticket, one of `opened`, as one of those who help."""
    return scope.sees_desk(ticket.desk_id) or bool(getattr(ticket, "helps", False))


def dossier(ticket: Ticket, scope: Scope, *, now: datetime) -> Dossier:
    """Return all that staff see of a ticket that `opened` found."""
    told = story(ticket, scope, staff=True)
    every = _clocks(ticket.pk)
    clocks = [clock for clock in every if clock.agreement.agreement.team_id is None]
    openings = sla.openings(clocks[-1]) if clocks else None
    try:
        found = stages(told, until=now, openings=openings)
    except BeyondOpenings:
        openings, found = None, stages(told, until=now)
    return Dossier(
        ticket=ticket, story=told, clocks=clocks,
        team_clocks=[clock for clock in every if clock.agreement.agreement.team_id and clock.ended_at is None],
        openings=openings, stages=found, tasks=asked(told), now=now,
        beside=beside(ticket, scope, now=now),
    )  # fmt: skip


@compiled
def _clocks(ticket_id: int) -> QuerySet[Clock]:
    return sla.every_clock(ticket_id).select_related("agreement__calendar__calendar")


def asked(told: Sequence[Moment]) -> list[Asked]:
    """Return the tasks a story tells of, first asked first; what ended with the ticket is withdrawn. Pure."""
    found: dict[int, Asked] = {}
    for moment in told:
        facts = moment.facts
        if moment.kind == "task asked" and "task" in facts:
            found[facts["task"]] = _new(moment)
        elif moment.kind == "unmerged":
            merged = next((one for one in reversed(told) if one.kind == "merged" and one.seq < moment.seq), None)
            tasks = merged.facts.get("tasks", ()) if merged else ()
            found |= {pk: _changed(found[pk], None) for pk in tasks if pk in found}
        elif "task" in facts and facts["task"] in found:
            found[facts["task"]] = _changed(found[facts["task"]], moment)
        else:
            found |= {pk: _changed(found[pk], moment) for pk in facts.get("tasks", ()) if pk in found}
    return list(found.values())


def _new(moment: Moment) -> Asked:
    facts: dict[str, Any] = moment.facts
    due = facts.get("due")
    return Asked(
        task_id=facts["task"], team_id=facts.get("team", 0), team=moment.teams.get("team", ""), what=moment.text,
        by=moment.by, at=moment.at, due_at=datetime.fromisoformat(due) if due else None,
    )  # fmt: skip


def _changed(task: Asked, ending: Moment | None) -> Asked:
    done = ending is not None and ending.kind == "task finished"
    return Asked(
        task_id=task.task_id, team_id=task.team_id, team=task.team, what=task.what, by=task.by, at=task.at,
        due_at=task.due_at, ended_at=ending.at if ending else None, ended_by=ending.by if ending else "",
        result=ending.text if ending and done else None, withdrawn=ending is not None and not done,
    )  # fmt: skip
