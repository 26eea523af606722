"""How tickets go from team to team, which go to and fro, and which were passed on with nothing done. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from firstline.core.insight.stages import Told
from firstline.core.tickets.life import APPLY, BLANK, Fact, apply

# What a team does on a ticket it was given; whoever only accepts it, waits or passes it on has done nothing yet.
DEEDS = frozenset(
    ("replied", "noted", "vendor written to", "task asked", "work logged", "step ticked", "resolved")
)  # fmt: skip


class Stay(NamedTuple):
    """How a team had a ticket that had been handed over to it: from when to when, who gave it, who had it last."""

    began_at: datetime
    ended_at: datetime
    given_by: int | None
    held_by: int | None


class Passed(NamedTuple):
    """A ticket that went from one team to another; in the order in which that happened.

    stay    how the giving team had it; None where it had not been handed over to that team itself
    at      when it went
    """

    ticket_id: int
    from_id: int
    to_id: int
    stay: Stay | None = None
    at: datetime | None = None


class Went(NamedTuple):
    """A ticket's last way from one team to another; `idle` and `back` mark the last of their kind only.

    idle    passed on with nothing done: for a ticket and a giving team on one row at most
    back    it came back to a team that had given it away: for a ticket on one row at most
    """

    ticket_id: int
    from_id: int
    to_id: int
    at: datetime | None
    idle: bool
    back: bool


class Deed(NamedTuple):
    """Something done on a ticket: when, and by whom (None if that is not known)."""

    ticket_id: int
    by_id: int | None
    at: datetime


def to_and_fro(passed: Iterable[Passed]) -> Counter[int]:
    """Return how often each ticket came back to a team that had given it away (A, B, A); others are out."""
    gave: dict[int, set[int]] = {}
    found: Counter[int] = Counter()
    for each in passed:
        given = gave.setdefault(each.ticket_id, set())
        if each.to_id in given:
            found[each.ticket_id] += 1
        given.add(each.from_id)
    return found


def latest(passed: Sequence[Passed], idle: Iterable[Passed]) -> list[Went]:
    """Return each ticket's last way between each two teams, the latest first."""
    left = {(each.ticket_id, each.from_id, each.at) for each in idle}
    gave: dict[int, set[int]] = defaultdict(set)
    last: dict[tuple[int, int, int], tuple[Passed, bool]] = {}
    for each in passed:
        way = (each.ticket_id, each.from_id, each.to_id)
        last.pop(way, None)
        last[way] = (each, each.to_id in gave[each.ticket_id])
        gave[each.ticket_id].add(each.from_id)
    found: list[Went] = []
    marked: set[tuple[int, ...]] = set()
    for each, came_back in reversed(last.values()):
        ticket, giver = (each.ticket_id,), (each.ticket_id, each.from_id)
        is_idle = (*giver, each.at) in left and giver not in marked
        is_back = came_back and ticket not in marked
        marked |= {giver} if is_idle else set()
        marked |= {ticket} if is_back else set()
        found.append(Went(each.ticket_id, each.from_id, each.to_id, each.at, is_idle, is_back))
    return found


def idle(passed: Iterable[Passed], deeds: Iterable[Deed]) -> list[Passed]:
    """Return what went on, or back, from a team that was given it and did nothing on it.

    What whoever gave it does later is not that team's deed, unless they have it there themselves.
    """
    done: dict[int, list[Deed]] = defaultdict(list)
    for deed in deeds:
        done[deed.ticket_id].append(deed)
    return [
        each
        for each in passed
        if each.stay is not None and not any(_counts(deed, each.stay) for deed in done[each.ticket_id])
    ]


def handed(ticket_id: int, story: Iterable[Told]) -> list[Passed]:
    """Return how a ticket went from team to team by hand-over and return, as its story tells it."""
    found: list[Passed] = []
    life, offered_by = BLANK, None
    came: tuple[int | None, datetime, int | None] | None = None
    for moment in story:
        if moment.kind not in APPLY:
            continue
        before, life = life, apply(life, Fact(moment.kind, moment.by_id, moment.at, moment.facts))
        if moment.kind == "offered":
            offered_by = moment.by_id
        if moment.kind not in ("accepted", "returned") or not before.team_id or not life.team_id:
            continue
        stay = None
        if came is not None and came[0] == before.team_id:
            stay = Stay(came[1], moment.at, came[2], before.assignee_id)
        found.append(Passed(ticket_id, before.team_id, life.team_id, stay, moment.at))
        came = (life.team_id, moment.at, offered_by if moment.kind == "accepted" else moment.by_id)
    return found


def deeds(ticket_id: int, story: Sequence[tuple[int, Told]]) -> list[Deed]:
    """Return what was done on a ticket, of its story with the place of each entry.

    A place that is missing is a message that the reader may not read: a deed, by somebody.
    """
    found: list[Deed] = []
    place, at = 0, None
    for seq, moment in story:
        if at is not None and seq > place + 1:
            found.append(Deed(ticket_id, None, at))
        if moment.kind in DEEDS:
            found.append(Deed(ticket_id, moment.by_id, moment.at))
        place, at = seq, moment.at
    return found


def _counts(deed: Deed, stay: Stay) -> bool:
    theirs = deed.by_id is None or deed.by_id != stay.given_by or deed.by_id == stay.held_by
    return theirs and stay.began_at <= deed.at <= stay.ended_at
