"""Who may see what and do what: roles become a scope, and every question is asked of the scope.

Queries of the features above take a scope and limit what they return by it; commands ask it before they
change anything. Nothing else compares roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.people.models import Grant

_WORKING = {Grant.Role.OPERATOR, Grant.Role.SPECIALIST, Grant.Role.TEAM_LEAD}


@dataclass(frozen=True)
class Scope:
    """What one person's roles reach. Empty sets reach nothing; a requester has nothing but their own."""

    person_id: int | None
    administrator: bool = False
    reads_all: bool = False
    desks_managed: frozenset[int] = frozenset()
    desks_audited: frozenset[int] = frozenset()
    # Desks whose first line this person works on: all tickets of the desk, for the first line keeps control.
    desks_fronted: frozenset[int] = frozenset()
    desks_worked: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()
    # Of these teams, those on desks of which not every ticket may be read.
    teams_apart: frozenset[int] = frozenset()
    teams_led: frozenset[int] = frozenset()
    organisations: frozenset[int] = frozenset()
    front_teams: frozenset[int] = field(default=frozenset())

    @property
    def works(self) -> bool:
        """Whether the console is this person's place."""
        return bool(self.administrator or self.teams or self.desks_managed or self.audits)

    @property
    def registers(self) -> bool:
        """Whether requests of others may be registered; who only audits does not."""
        return bool(self.administrator or self.desks_managed or self.desks_worked)

    @property
    def audits(self) -> bool:
        """Whether this person reads without changing."""
        return self.reads_all or bool(self.desks_audited)

    @property
    def sees_all(self) -> bool:
        """Whether every ticket of every desk may be read."""
        return self.administrator or self.reads_all

    def sees_desk(self, desk_id: int) -> bool:
        """Whether every ticket of the desk may be read."""
        whole = self.desks_fronted | self.desks_managed | self.desks_audited
        return self.sees_all or desk_id in whole

    def works_on(self, desk_id: int, team_ids: Iterable[int | None]) -> bool:
        """Whether a ticket of the desk that involves these teams may be worked on."""
        whole = self.desks_fronted | self.desks_managed
        return self.administrator or desk_id in whole or not self.teams.isdisjoint(team_ids)

    def leads(self, desk_id: int, team_id: int | None) -> bool:
        """Whether others' work in the team may be given out."""
        return self.administrator or desk_id in self.desks_managed or team_id in self.teams_led

    def manages(self, desk_id: int | None) -> bool:
        """Whether the desk may be set up; None asks for all desks at once."""
        return self.administrator or desk_id in self.desks_managed


NOBODY = Scope(person_id=None)

# Written out, for every page and every command asks it.
_GRANTS = Prepared("""
SELECT given.role, given.team_id, team.line, team.desk_id, given.desk_id, given.organisation_id, team.ended_at
FROM people_grant given LEFT JOIN people_team team ON team.id = given.team_id
WHERE given.person_id = %s AND given.ended_at IS NULL
""")


def scope_of(person_id: int | None) -> Scope:
    """Return what the person's live grants reach; one query."""
    if person_id is None:
        return NOBODY
    grants = rows.read([], _GRANTS, [person_id])
    roles = {role for role, *_ in grants}
    working = [g for g in grants if g[0] in _WORKING and g[6] is None]
    managed = frozenset(g[4] for g in grants if g[0] == Grant.Role.DESK_MANAGER)
    audited = frozenset(g[4] for g in grants if g[0] == Grant.Role.AUDITOR and g[4])
    fronted = frozenset(g[3] for g in working if g[2] == 1)
    return Scope(
        person_id=person_id,
        administrator=Grant.Role.ADMINISTRATOR in roles,
        reads_all=any(g[0] == Grant.Role.AUDITOR and g[4] is None for g in grants),
        desks_managed=managed,
        desks_audited=audited,
        desks_fronted=fronted,
        desks_worked=frozenset(g[3] for g in working),
        teams=frozenset(g[1] for g in working),
        teams_apart=frozenset(g[1] for g in working if g[3] not in managed | audited | fronted),
        teams_led=frozenset(g[1] for g in working if g[0] == Grant.Role.TEAM_LEAD),
        organisations=frozenset(g[5] for g in grants if g[0] == Grant.Role.ORGANISATION_MANAGER),
        front_teams=frozenset(g[1] for g in working if g[2] == 1),
    )
