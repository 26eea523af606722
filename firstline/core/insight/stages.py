"""How long a ticket stood where: its story folded by `life.apply` into stretches. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from firstline.core.sla import workclock
from firstline.core.sla.openings import Openings
from firstline.core.tickets.life import APPLY, BLANK, Fact, Life, apply
from firstline.core.tickets.states import DONE, WAITING


class Told(Protocol):
    """What of a story's moment is folded."""

    @property
    def kind(self) -> str: ...
    @property
    def by_id(self) -> int | None: ...
    @property
    def at(self) -> datetime: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Stage:
    """One stretch in which nothing changed of who had the ticket and whether it waited.

    part        "lies" while nobody of the team has it, "works", "waits", or "done" (resolved or closed)
    ended_at    None while it lasts
    working_for working time in it, by the openings promised; None where nothing was promised
    """

    team_id: int | None
    person_id: int | None
    part: str
    state: str
    began_at: datetime
    ended_at: datetime | None
    lasted_for: timedelta
    working_for: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How long one team had the ticket in all, and how much of that it waited for somebody outside."""

    team_id: int
    lasted_for: timedelta
    waited_for: timedelta
    working_for: timedelta | None
    current: bool


def stages(story: Iterable[Told], *, until: datetime, openings: Openings | None = None) -> list[Stage]:
    """Return the stretches of a story, first to last; the lasting one is measured up to `until`."""
    found: list[Stage] = []
    life = BLANK
    for moment in story:
        if moment.kind not in APPLY:
            continue
        life = apply(life, Fact(moment.kind, moment.by_id, moment.at, moment.facts))
        stage = _standing(life, moment.at)
        if found and _same(found[-1], stage):
            continue
        if found:
            found[-1] = _ended(found[-1], moment.at, openings)
        found.append(stage)
    if found:
        found[-1] = replace(_ended(found[-1], max(until, found[-1].began_at), openings), ended_at=None)
    return found


def waits(found: Sequence[Stage]) -> list[tuple[datetime, datetime | None]]:
    """Return the stretches that no clock counts: waiting, and resolved until reopened."""
    return [(stage.began_at, stage.ended_at) for stage in found if stage.part in ("waits", "done")]


def shares(found: Sequence[Stage]) -> list[Share]:
    """Return each team's share, in the order in which teams first had it; what came after the end is left out."""
    active = [stage for stage in found if stage.part != "done" and stage.team_id is not None]
    teams = dict.fromkeys(stage.team_id for stage in active if stage.team_id is not None)
    return [_share(team_id, [stage for stage in active if stage.team_id == team_id]) for team_id in teams]


def _share(team_id: int, own: Sequence[Stage]) -> Share:
    measured = [stage.working_for for stage in own if stage.part != "waits"]
    known = [length for length in measured if length is not None]
    return Share(
        team_id=team_id,
        lasted_for=_sum(stage.lasted_for for stage in own),
        waited_for=_sum(stage.lasted_for for stage in own if stage.part == "waits"),
        working_for=_sum(known) if len(known) == len(measured) else None,
        current=own[-1].ended_at is None,
    )


def _standing(life: Life, at: datetime) -> Stage:
    if life.state in DONE:
        part = "done"
    elif life.state in WAITING:
        part = "waits"
    else:
        part = "works" if life.assignee_id else "lies"
    return Stage(life.team_id, life.assignee_id, part, life.state, at, None, timedelta(0))


def _same(one: Stage, other: Stage) -> bool:
    if one.part == other.part == "done":
        return True
    named = ("team_id", "person_id", "part", "state") if one.part == "waits" else ("team_id", "person_id", "part")
    return all(getattr(one, name) == getattr(other, name) for name in named)


def _ended(stage: Stage, at: datetime, openings: Openings | None) -> Stage:
    end = max(at, stage.began_at)
    working = workclock.elapsed(stage.began_at, end, openings) if openings else None
    return replace(stage, ended_at=end, lasted_for=end - stage.began_at, working_for=working)


def _sum(lengths: Iterable[timedelta]) -> timedelta:
    return sum(lengths, timedelta(0))
