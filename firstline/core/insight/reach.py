"""What of the desks' figures a person may see: whole desks, or teams; and whose names."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q

from firstline.core.insight.models import WHOLE
from firstline.core.people.models import Team
from firstline.core.people.rights import Scope


@dataclass(frozen=True)
class Reach:
    """Whole desks (None: all), teams of other desks by themselves, and of which of them persons are named.

    Who works on a desk's first line sees what its teams carry; who of them carries what is for those who lead.
    """

    desks: frozenset[int] | None
    teams: frozenset[int]
    led_desks: frozenset[int] | None
    led_teams: frozenset[int]
    person_id: int | None

    def of_rows(self, *, desk: str = "desk_id", team: str = "team_id") -> Q:
        """Return the condition by which rows with these columns are limited."""
        if self.desks is None:
            return Q()
        return Q(**{f"{desk}__in": self.desks}) | Q(**{f"{team}__in": self.teams})

    def of_sums(self) -> Q:
        """Return the condition for sums: whole desks as one row, further teams by their own."""
        whole = Q(team_id=WHOLE)
        if self.desks is None:
            return whole
        return (whole & Q(desk_id__in=self.desks)) | Q(team_id__in=self.teams)

    def of_passages(self) -> Q:
        """Return the condition for what was passed on: within these desks, from these teams or to them."""
        if self.desks is None:
            return Q()
        return Q(desk_id__in=self.desks) | Q(from_id__in=self.teams) | Q(to_id__in=self.teams)

    def names(self, person_id: int, team_id: int, desk_id: int) -> bool:
        """Whether this person is told apart from others of the team."""
        led = self.led_desks is None or desk_id in self.led_desks or team_id in self.led_teams
        return led or person_id == self.person_id


def reach_of(scope: Scope) -> Reach:
    """Return what a person's roles reach of the figures."""
    if scope.sees_all:
        return Reach(None, frozenset(), None, frozenset(), scope.person_id)
    led = scope.desks_managed | scope.desks_audited
    return Reach(led | scope.desks_fronted, scope.teams_apart, led, scope.teams_led, scope.person_id)


def narrowed(reach: Reach, desk_id: int) -> Reach:
    """Return what is reached of one desk that is reached at all: all of it, or these teams of it."""
    whole = reach.desks is None or desk_id in reach.desks
    teams = Team.objects.filter(desk_id=desk_id, pk__in=reach.teams).values_list("pk", flat=True)
    return replace(reach, desks=frozenset({desk_id} if whole else ()), teams=frozenset(() if whole else teams))


EVERYTHING = Reach(None, frozenset(), None, frozenset(), None)
