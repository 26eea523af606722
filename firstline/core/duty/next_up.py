"""What somebody may and can take, most urgent first: each team's part in its own order, merged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, Value, When

from firstline.core.duty.fitness import Able
from firstline.core.duty.queries import Unmet
from firstline.core.ownership import queue, ranks
from firstline.core.ownership.models import QueuePlace
from firstline.core.tickets.models import Ticket

Part = QueuePlace.Part


@dataclass(frozen=True)
class Reach:
    """For which teams somebody takes now, and what of theirs they cannot take."""

    who: Able
    teams: frozenset[int]
    unmet: Unmet


def order(reach: Reach, size: int) -> list[tuple[int, int, str]]:
    """Return (rank, ticket id, part) of the first `size` tickets that lie unclaimed or offered; one statement."""
    parts = [part for team_id in sorted(reach.teams - reach.unmet.teams) for part in _open_to(team_id)]
    return queue.merged([_fitting(part, reach) for part in parts], size)


def any_at_all(team_ids: Collection[int]) -> bool:
    """Whether anything workable lies unclaimed with these teams or is offered to them."""
    return any(part.exists() for team_id in sorted(team_ids) for part in _open_to(team_id))


def first_free(ticket_ids: list[int], team_ids: Collection[int]) -> Ticket | None:
    """Lock the first of these tickets that nobody else holds a lock on and nobody has taken; in their order.

    Inside a transaction. SQLite has one writer, who is asking, so there the first is always free.
    """
    free = Q(assignee=None, team_id__in=team_ids) | Q(offered_to_id__in=team_ids)
    at = Case(*[When(pk=pk, then=Value(place)) for place, pk in enumerate(ticket_ids)])
    rows = Ticket.objects.select_for_update(skip_locked=True, of=("self",)).filter(free, pk__in=ticket_ids)
    return rows.only("pk", "offered_to_id", "team_id", "assignee_id").order_by(at).first()


def _open_to(team_id: int) -> tuple[QuerySet[QueuePlace], QuerySet[QueuePlace]]:
    places = QueuePlace.objects.filter(team_id=team_id, rank__lt=(ranks.WORKABLE + 1) * ranks.BAND)
    return places.filter(part=Part.CARRIES, assignee=None), places.filter(part=Part.OFFERED)


def _fitting(part: QuerySet[QueuePlace], reach: Reach) -> QuerySet[QueuePlace]:
    who = reach.who
    if reach.unmet.services:
        part = part.filter(Q(service=None) | ~Q(service_id__in=sorted(reach.unmet.services)))
    if who.languages:
        part = part.filter(ticket__requester__language__in=sorted(who.languages))
    if who.own_site_only:
        part = part.filter(Q(ticket__site=None) | Q(ticket__site_id=who.site_id))
    return part
