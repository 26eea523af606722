"""Which first line answers: one for all (central), each site's own (local), or whichever site is awake (virtual)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from firstline.core.duty.models import Shift
from firstline.core.duty.queries import practices, shifts
from firstline.core.ownership.models import QueuePlace
from firstline.core.people.models import Desk, Team
from firstline.core.sla.calendar import Calendar
from firstline.core.sla.models import CalendarVersion
from firstline.core.sla.queries import working_calendar

# A shift that ends so soon lays its tickets before the next one.
BEFORE_CLOSING = timedelta(minutes=30)
_FAR = timedelta(days=2)


def front_at(desk: Desk, at: datetime, *, site_id: int | None = None) -> Team | None:
    """Return the first line that answers a request that comes in at an instant, from a site.

    central  the desk's front
    local    the first line of the site, else the front
    virtual  of the sites' first lines that are open now the one that stays open longest; if none is, the one that
             opens next; without any, the front
    """
    fronts = first_lines(desk.pk)
    named = next((team for team in fronts if team.front), None)
    if desk.model == Desk.Model.LOCAL:
        return next((team for team in fronts if team.site_id and team.site_id == site_id), named)
    if desk.model == Desk.Model.VIRTUAL:
        open_until = closing_times(fronts, at)
        awake = [team for team in fronts if team.pk in open_until]
        if awake:
            return max(awake, key=lambda team: open_until[team.pk])
        return _opens_next(fronts, at) or named
    return named


def first_lines(desk_id: int) -> list[Team]:
    """Return the live first-line teams of a desk, its front first."""
    return list(Team.objects.filter(desk_id=desk_id, line=1, ended_at=None).order_by("-front", "pk"))


def closing_times(teams: Sequence[Team], at: datetime) -> dict[int, datetime]:
    """Return until when each of these teams that is open now stays so: by its shifts, or by its calendar."""
    on = shifts(at).filter(team__in=teams).order_by("ends_at")
    found = dict(on.values_list("team_id", "ends_at"))
    own = {pk: practice.calendar_id for pk, practice in practices([t.pk for t in teams]).items()}
    for team_id, calendar in _calendars({pk: c for pk, c in own.items() if c}).items():
        closes = _open_until(calendar, at)
        if closes is not None:
            found[team_id] = max(closes, found.get(team_id, closes))
    return found


def changing(desk: Desk, to: Team, at: datetime) -> QuerySet[QueuePlace]:
    """Return the open tickets that a first line of the desk hands to `to` now, most urgent first.

    Those whose own first line is closed, or closes within half an hour. None unless the desk follows the sun and
    `to` is itself awake for longer.
    """
    nothing = QueuePlace.objects.none()
    if desk.model != Desk.Model.VIRTUAL:
        return nothing
    teams = first_lines(desk.pk)
    until = closing_times(teams, at)
    soon = at + BEFORE_CLOSING
    if until.get(to.pk, at) <= soon:
        return nothing
    leaving = [team.pk for team in teams if team.pk != to.pk and until.get(team.pk, at) <= soon]
    carried = QueuePlace.objects.filter(part=QueuePlace.Part.CARRIES, ticket__steward_team_id__in=leaving)
    return carried.order_by("rank", "ticket_id")


def _opens_next(teams: Sequence[Team], at: datetime) -> Team | None:
    """Return the team whose next shift, or next opening, comes first."""
    coming = Shift.objects.filter(team__in=teams, ended_at=None, starts_at__gt=at).order_by("starts_at")
    # Read backwards, so that each team's first one is the last that is written down.
    opens = dict(reversed(list(coming.values_list("team_id", "starts_at")[:200])))
    own = {pk: practice.calendar_id for pk, practice in practices([t.pk for t in teams]).items()}
    for team_id, calendar in _calendars({pk: c for pk, c in own.items() if c}).items():
        opens[team_id] = at + timedelta(seconds=calendar.next_open(_second(at)) - _second(at))
    known = [team for team in teams if team.pk in opens]
    return min(known, key=lambda team: opens[team.pk], default=None)


def _calendars(by_team: dict[int, int]) -> dict[int, Calendar]:
    later = CalendarVersion.objects.filter(calendar_id=OuterRef("calendar_id"), version__gt=OuterRef("version"))
    newest = CalendarVersion.objects.filter(~Exists(later), Q(calendar_id__in=by_team.values()))
    read = {version.calendar_id: working_calendar(version) for version in newest}
    return {team_id: read[calendar_id] for team_id, calendar_id in by_team.items() if calendar_id in read}


def _open_until(calendar: Calendar, at: datetime) -> datetime | None:
    """Return when the calendar closes, if it is open; two days on, for one that never does."""
    begin, most = _second(at), int(_FAR.total_seconds())
    if calendar.worked(begin, begin + 1) != 1:
        return None
    low, high = 1, most
    while low < high:  # the longest stretch from now that is worked throughout
        middle = (low + high + 1) // 2
        low, high = (middle, high) if calendar.worked(begin, begin + middle) == middle else (low, middle - 1)
    return at + timedelta(seconds=low)


def _second(at: datetime) -> int:
    return int(at.timestamp())
