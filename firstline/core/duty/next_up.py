"""What somebody may and can take, most urgent first: each team's part in its own order, merged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from firstline.core.duty.fitness import Able
from firstline.core.duty.queries import Unmet
from firstline.core.ownership import ranks

# What lies there: unclaimed with the team, or offered to it. Each is an index that has the order already.
_LYING = ("place.part = 'carries' AND place.assignee_id IS NULL", "place.part = 'offered'")
_WORKABLE = (ranks.WORKABLE + 1) * ranks.BAND
# Written out, for eight people ask it at once: the ORM takes longer to put it together than the answer takes.
_PART = """SELECT * FROM (SELECT place.rank, place.ticket_id FROM ownership_queueplace place{joins}
WHERE place.team_id = %s AND {lying} AND place.rank < %s{fitting}
ORDER BY place.rank, place.ticket_id LIMIT %s) {name}"""
_FREE = """SELECT id, assignee_id IS NULL AND team_id = ANY(%s) FROM tickets_ticket
WHERE id = ANY(%s) AND (assignee_id IS NULL AND team_id = ANY(%s) OR offered_to_id = ANY(%s))
ORDER BY array_position(%s::bigint[], id) LIMIT 1 FOR UPDATE SKIP LOCKED"""
_UNCLAIMED = "SELECT assignee_id IS NULL AND team_id IN ({marks}) FROM tickets_ticket WHERE id = %s"


@dataclass(frozen=True)
class Reach:
    """For which teams somebody takes now, and what of theirs they cannot take."""

    who: Able
    teams: frozenset[int]
    unmet: Unmet


@dataclass(frozen=True)
class Free:
    """A ticket, locked, that can be taken: it lies unclaimed with one of the teams, or else is offered to one."""

    ticket_id: int
    unclaimed: bool


def order(reach: Reach, size: int) -> list[int]:
    """Return the first `size` tickets that lie unclaimed or offered, most urgent first; one statement."""
    joins, fitting, given = _fitting(reach)
    parts: list[str] = []
    values: list[Any] = []
    for team_id in sorted(reach.teams - reach.unmet.teams):
        for lying in _LYING:
            parts.append(_PART.format(joins=joins, lying=lying, fitting=fitting, name=f"part_{len(parts)}"))
            values += [team_id, _WORKABLE, *given, size]
    if not parts:
        return []
    rows = _asked(f"SELECT * FROM ({' UNION ALL '.join(parts)}) merged ORDER BY 1, 2 LIMIT {int(size)}", values)
    return list(dict.fromkeys(ticket_id for _rank, ticket_id in rows))


def any_at_all(team_ids: Collection[int]) -> bool:
    """Whether anything workable lies unclaimed with these teams or is offered to them."""
    return bool(order(Reach(Able(0), frozenset(team_ids), Unmet(frozenset(), frozenset())), 1))


def first_free(ticket_ids: Sequence[int], team_ids: Collection[int]) -> Free | None:
    """Lock the first of these tickets that nobody else holds a lock on and nobody has taken; in their order.

    Inside a transaction. SQLite has one writer, who is asking, so there the first is always free.
    """
    ids, teams = list(ticket_ids), sorted(team_ids)
    if connection.vendor == "postgresql":
        found = _asked(_FREE, [teams, ids, teams, teams, ids])
        return Free(*found[0]) if found else None
    marks = ", ".join(["%s"] * len(teams))
    [(unclaimed,)] = _asked(_UNCLAIMED.format(marks=marks), [*teams, ids[0]])
    return Free(ids[0], bool(unclaimed))


def _fitting(reach: Reach) -> tuple[str, str, list[Any]]:
    """Return joins, conditions and values that leave out what this person cannot take."""
    who, services = reach.who, sorted(reach.unmet.services)
    joins, fitting = "", ""
    values: list[Any] = []
    if who.languages or who.own_site_only:
        joins = " JOIN tickets_ticket ticket ON ticket.id = place.ticket_id"
    if who.languages:
        joins += " JOIN people_person asker ON asker.id = ticket.requester_id"
        fitting += f" AND asker.language IN ({', '.join(['%s'] * len(who.languages))})"
        values += sorted(who.languages)
    if who.own_site_only:
        fitting += " AND (ticket.site_id IS NULL OR ticket.site_id = %s)"
        values.append(who.site_id)
    if services:
        fitting += f" AND (place.service_id IS NULL OR place.service_id NOT IN ({', '.join(['%s'] * len(services))}))"
        values += services
    return joins, fitting, values


def _asked(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
