"""Which agreement a ticket falls under, and the clocks it runs."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet

from firstline.core.services.models import Contract
from firstline.core.sla.calendar import Calendar as WorkingCalendar
from firstline.core.sla.descriptions import read
from firstline.core.sla.models import AgreementVersion, CalendarVersion, Clock, OpeningSet, Pause
from firstline.core.sla.openings import Openings


def agreement_for(
    *, desk_id: int, organisation_id: int | None, service_id: int | None, on: date
) -> AgreementVersion | None:
    """Return the newest version of the agreement that binds the desk to this customer for this service.

    The tier of the organisation's contract comes before the desk's promise to everybody, and a promise for
    one service before the promise for all. None if the desk promises nothing.
    """
    of_tier = Q(agreement__tier=None)
    if organisation_id is not None:
        of_tier |= Q(agreement__tier_id__in=_tier_on(desk_id, organisation_id, on))
    rows = (
        AgreementVersion.objects.filter(of_tier, agreement__desk_id=desk_id, agreement__ended_at=None)
        .filter(Q(agreement__service_id=service_id) | Q(agreement__service=None))
        .select_related("agreement", "calendar")
    )
    return max(rows, key=_closeness, default=None)


def clocks(ticket_id: int) -> QuerySet[Clock]:
    """Return the clocks of a ticket, running ones first, then the latest ended."""
    rows = Clock.objects.filter(ticket_id=ticket_id).select_related("agreement__agreement")
    return rows.order_by("ended_at", "started_at", "id")


def pauses(ticket_id: int) -> list[Pause]:
    """Return the stretches in which the ticket waited, first to last."""
    return list(Pause.objects.filter(ticket_id=ticket_id).order_by("began_at", "id"))


def main_calendar(desk_id: int) -> WorkingCalendar | None:
    """Return the calendar by which the desk counts its own working days, if it has one."""
    version = (
        CalendarVersion.objects.filter(calendar__desk_id=desk_id, calendar__main=True, calendar__ended_at=None)
        .order_by("-version")
        .first()
    )
    return working_calendar(version) if version else None


def working_calendar(version: CalendarVersion) -> WorkingCalendar:
    """Return a calendar version as the arithmetic reads it."""
    return read({"tz": version.time_zone, **version.rules})


@lru_cache(maxsize=256)
def openings(set_id: int) -> Openings:
    """Return the opening intervals a clock was promised with; they never change, so they are remembered."""
    stored = OpeningSet.objects.values_list("intervals", flat=True).get(pk=set_id)
    return Openings.restored(bytes(stored))


def _tier_on(desk_id: int, organisation_id: int, on: date) -> QuerySet[Contract, int]:
    """Return the tier of the newest contract that holds on that day, as a subquery."""
    contracts = Contract.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), organisation_id=organisation_id, desk_id=desk_id, ended_at=None,
        starts_on__lte=on,
    )  # fmt: skip
    return contracts.order_by("-starts_on", "-id").values_list("tier_id", flat=True)[:1]


def _closeness(version: AgreementVersion) -> tuple[bool, bool, int, int]:
    agreement = version.agreement
    return (agreement.tier_id is not None, agreement.service_id is not None, agreement.pk, version.version)
