"""Bursts of alike tickets: found by the worker, declared a major incident or dismissed by the first line."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from firstline.commands import founding
from firstline.commands.incidents import majors
from firstline.commands.setup.desks import locked_desk
from firstline.core.incidents import bursts
from firstline.core.incidents.bursts import DAYS, LEAST, PASSED_BY_AFTER, WITHIN, Alike, Came
from firstline.core.incidents.models import Burst, MajorIncident
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.people.rights import scope_of
from firstline.core.tickets.models import Link, Ticket
from firstline.core.tickets.states import WORKABLE

# No more of the newest are looked at.
MOST = 500
# One that was dismissed is not proposed again within this time, unless it has doubled.
DISMISSED_FOR = timedelta(hours=4)


class AlreadyDecided(Refused):
    """Somebody has declared or dismissed it already."""


class NoneOpen(Refused):
    """All of its tickets were solved meanwhile."""


@transaction.atomic
def find_bursts(*, desk_id: int, now: datetime) -> list[Burst]:
    """Look at what came to a desk lately, and propose what is a burst; done again it proposes nothing twice."""
    _pass_by(desk_id, now)
    came = _came(desk_id, now)
    if len(came) < LEAST:
        return []
    found = []
    for group in bursts.alike(came):
        usual = bursts.usual_of(_before(desk_id, group, now), now)
        if bursts.unusual(len(group.tickets), usual):
            found.append(_proposed(desk_id, group, usual, now))
    return [burst for burst in found if burst]


@transaction.atomic
def declare_burst(*, burst_id: int, by_id: int, now: datetime) -> MajorIncident:
    """Declare the first of a burst's open tickets a major incident, and adopt the others by jobs.

    It is told to everybody where the tickets are of more than one organisation. Raises AlreadyDecided, NoneOpen,
    NotThere, and what majors.declare_major raises; then nothing is written.
    """
    burst = _undecided(burst_id, by_id)
    still = Ticket.objects.filter(pk__in=burst.tickets, state__in=WORKABLE).order_by("pk")
    rows = list(still.values_list("pk", "organisation_id"))
    if not rows:
        raise NoneOpen(_("All of these tickets are solved by now."))
    several = len({organisation for _pk, organisation in rows}) > 1
    ids = [pk for pk, _organisation in rows]
    major = majors.declare_major(
        ticket_id=ids[0], by_id=by_id, now=now, everybody=True if several else None, children=ids[1:]
    )
    burst.major = major
    _decide(burst, by_id, now)
    return major


@transaction.atomic
def dismiss_burst(*, burst_id: int, by_id: int, now: datetime) -> Burst:
    """Say that a burst is none: each of its tickets has a cause of its own.

    Raises AlreadyDecided, NotThere, NotAllowed; then nothing is written.
    """
    burst = _undecided(burst_id, by_id)
    locked_desk(burst.desk_id)
    _decide(burst, by_id, now)
    facts = {"burst": burst.pk, "tickets": burst.tickets}
    founding.tell(f"desk:{burst.desk_id}", "burst dismissed", by_id=by_id, now=now, facts=facts)
    return burst


def _undecided(burst_id: int, by_id: int) -> Burst:
    burst = Burst.objects.select_for_update().filter(pk=burst_id).first()
    scope = scope_of(by_id)
    if burst is None or not (scope.sees_desk(burst.desk_id) or burst.desk_id in scope.desks_worked):
        raise NotThere(_("There is no such proposal."))
    if not scope.manages(burst.desk_id) and burst.desk_id not in scope.desks_fronted:
        raise NotAllowed(_("The first line or a manager decides on this."))
    if burst.decided_at is not None:
        raise AlreadyDecided(_("Somebody has decided on this already."))
    return burst


def _decide(burst: Burst, by_id: int | None, now: datetime) -> None:
    burst.decided_at, burst.decided_by_id = now, by_id
    burst.save(update_fields=["decided_at", "decided_by", "major"])


def _pass_by(desk_id: int, now: datetime) -> None:
    old = Burst.objects.filter(desk_id=desk_id, decided_at=None, seen_at__lt=now - PASSED_BY_AFTER)
    old.update(decided_at=now)


def _came(desk_id: int, now: datetime) -> list[Came]:
    """Return what came lately and is neither done nor part of a major incident; one statement."""
    links = Link.objects.filter(ticket=OuterRef("pk"), kind=Link.Kind.CHILD_OF, ended_at=None)
    lately = Ticket.objects.filter(desk_id=desk_id, registered_at__gt=now - WITHIN, registered_at__lte=now)
    free = lately.filter(imported=False, state__in=WORKABLE, merged_into=None).exclude(Exists(links))
    free = free.exclude(Exists(MajorIncident.objects.filter(ticket=OuterRef("pk"), ended_at=None)))
    columns = ("pk", "service_id", "category_id", "site_id", "subject")
    return [Came(*row) for row in free.order_by("-registered_at").values_list(*columns)[:MOST]][::-1]


def _before(desk_id: int, group: Alike, now: datetime) -> list[datetime]:
    """Return when tickets about the same came at this time of day, on each of the days before; one statement."""
    same = {name: getattr(group, name) for name in ("service_id", "category_id", "site_id")}
    about = {name: value for name, value in same.items() if value is not None}
    days = (now - timedelta(days=day) for day in range(1, DAYS + 1))
    windows = Q()
    for day in days:
        windows |= Q(registered_at__gt=day - WITHIN, registered_at__lte=day)
    earlier = Ticket.objects.filter(windows, desk_id=desk_id, **about)
    return list(earlier.values_list("registered_at", flat=True))


def _proposed(desk_id: int, group: Alike, usual: float, now: datetime) -> Burst | None:
    """Write the proposal, or add to the one that is there; None where it was dismissed or is declared already."""
    lately = Burst.objects.filter(desk_id=desk_id, seen_at__gt=now - DISMISSED_FOR).order_by("-pk")
    known = next((burst for burst in lately if not set(burst.tickets).isdisjoint(group.tickets)), None)
    if known is not None and known.decided_at is None:
        known.tickets = sorted({*known.tickets, *group.tickets})
        known.seen_at, known.words, known.usual = now, list(group.words), usual
        known.save(update_fields=["tickets", "seen_at", "words", "usual"])
        return known
    if known is not None and len(group.tickets) < 2 * len(known.tickets):
        return None
    return Burst.objects.create(
        desk_id=desk_id, service_id=group.service_id, category_id=group.category_id, site_id=group.site_id,
        words=list(group.words), tickets=list(group.tickets), within_for=WITHIN, usual=usual, found_at=now, seen_at=now,
    )  # fmt: skip
