"""Which agreement a ticket falls under, and the clocks it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.sla.calendar import Calendar as WorkingCalendar
from firstline.core.sla.descriptions import read
from firstline.core.sla.models import AgreementVersion, CalendarVersion, Clock, OpeningSet, Pause
from firstline.core.sla.openings import Openings

# Written out, for every registration asks it: the ORM took a fifth of the whole time to put it together.
_VERSION = f"""
SELECT {rows.columns(AgreementVersion, "version")}, {rows.columns(CalendarVersion, "hours")},
  EXISTS (SELECT 1 FROM sla_escalationrule WHERE desk_id = %s AND ended_at IS NULL) AS escalates,
"""
_CLOSEST = Prepared(f"""
{_VERSION} EXISTS (SELECT 1 FROM sla_agreementrule WHERE desk_id = %s AND ended_at IS NULL) AS ruled
FROM sla_agreementversion version JOIN sla_agreement agreement ON agreement.id = version.agreement_id
JOIN sla_calendarversion hours ON hours.id = version.calendar_id
WHERE agreement.desk_id = %s AND agreement.ended_at IS NULL AND agreement.team_id IS NULL AND NOT agreement.by_rule_only
  AND (agreement.service_id IS NULL OR agreement.service_id = %s)
  AND (agreement.tier_id IS NULL OR agreement.tier_id = (
    SELECT tier_id FROM services_contract
    WHERE organisation_id = %s AND desk_id = %s AND ended_at IS NULL
      AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)
    ORDER BY starts_on DESC, id DESC LIMIT 1))
ORDER BY agreement.tier_id IS NULL, agreement.service_id IS NULL, agreement.id DESC, version.version DESC LIMIT 1
""")

_OF_TEAM = Prepared(f"""
SELECT {rows.columns(AgreementVersion, "version")}, {rows.columns(CalendarVersion, "hours")}
FROM sla_agreementversion version JOIN sla_agreement agreement ON agreement.id = version.agreement_id
JOIN sla_calendarversion hours ON hours.id = version.calendar_id
WHERE agreement.team_id = %s AND agreement.ended_at IS NULL ORDER BY version.version DESC LIMIT 1
""")

_RUNNING = Prepared(f"""
SELECT {rows.columns(Clock, "clock")} FROM sla_clock clock
WHERE clock.ticket_id = %s AND clock.ended_at IS NULL ORDER BY clock.id
""")

_OPENING_SET = Prepared("SELECT id FROM sla_openingset WHERE digest = %s")

# Asked only where a desk has rules: the first one, in order, whose conditions all hold.
_RULED = Prepared(f"""
{_VERSION} rule.id AS rule_id
FROM sla_agreementrule rule JOIN sla_agreement agreement ON agreement.id = rule.agreement_id
JOIN sla_agreementversion version ON version.agreement_id = agreement.id
JOIN sla_calendarversion hours ON hours.id = version.calendar_id
WHERE rule.desk_id = %s AND rule.ended_at IS NULL AND agreement.ended_at IS NULL
  AND (rule.organisation_id IS NULL OR rule.organisation_id = %s)
  AND (rule.service_id IS NULL OR rule.service_id = %s)
  AND (rule.kind = '' OR rule.kind = %s)
  AND (rule.priority IS NULL OR rule.priority = %s)
  AND (rule.tier_id IS NULL OR rule.tier_id = (
    SELECT tier_id FROM services_contract
    WHERE organisation_id = %s AND desk_id = %s AND ended_at IS NULL
      AND starts_on <= %s AND (ends_on IS NULL OR ends_on > %s)
    ORDER BY starts_on DESC, id DESC LIMIT 1))
ORDER BY rule.position, rule.id, version.version DESC LIMIT 1
""")


def agreement_for(
    *, desk_id: int, organisation_id: int | None, service_id: int | None, on: date, kind: str = "",
    priority: int | None = None,
) -> AgreementVersion | None:  # fmt: skip
    """Return the newest version of the agreement that binds the desk to this customer for this ticket.

    The first of the desk's rules that is about it decides, and is named as `rule_id`. Where none is, the closest
    promise binds: the tier of the organisation's contract comes before the desk's promise to everybody, and a
    promise for one service before the promise for all. None if the desk promises nothing.
    `escalates` says whether the desk has rules of escalation.
    """
    asked = (desk_id, desk_id, desk_id, service_id, organisation_id, desk_id, on, on)
    closest = _found(_CLOSEST, asked, "ruled")
    if closest is not None and not getattr(closest, "ruled", True):
        return closest
    by_rule = (desk_id, desk_id, organisation_id, service_id, kind, priority, organisation_id, desk_id, on, on)
    return _found(_RULED, by_rule, "rule_id") or closest


def _found(statement: Prepared, asked: Sequence[Any], last: str) -> AgreementVersion | None:
    """Return the version selected; it knows its calendar, whether its desk `escalates`, and the `last` column."""
    version: AgreementVersion
    for version, hours, escalates, value in rows.read([AgreementVersion, CalendarVersion], statement, asked):
        version.calendar = hours
        vars(version).update({"escalates": escalates, last: value})
        return version
    return None


def agreement_of_team(team_id: int) -> AgreementVersion | None:
    """Return the newest version of what a team promises the other teams (its OLA), if it promises anything."""
    version: AgreementVersion
    for version, hours in rows.read([AgreementVersion, CalendarVersion], _OF_TEAM, [team_id]):
        version.calendar = hours
        return version
    return None


def running(ticket_id: int) -> list[Clock]:
    """Return the clocks of a ticket that have not ended, those of teams too, the oldest first."""
    return [clock for (clock,) in rows.read([Clock], _RUNNING, [ticket_id])]


def clocks(ticket_id: int) -> QuerySet[Clock]:
    """Return the clocks promised to a ticket's requester, running ones first, then the latest ended."""
    promised = Clock.objects.filter(ticket_id=ticket_id, holding=None, task=None)
    whole = with_openings(promised).select_related("agreement__agreement")
    return whole.order_by("ended_at", "started_at", "id")


def every_clock(ticket_id: int) -> QuerySet[Clock]:
    """Return all clocks of a ticket, those promised to its requester and those of teams, in the order of `clocks`."""
    rows = with_openings(Clock.objects.filter(ticket_id=ticket_id))
    return rows.select_related("agreement__agreement__team", "rule").order_by("ended_at", "started_at", "id")


def team_clocks(ticket_id: int) -> QuerySet[Clock]:
    """Return the clocks of teams on a ticket: about its holdings and tasks, first started first."""
    own = Clock.objects.filter(ticket_id=ticket_id).exclude(holding=None, task=None)
    return with_openings(own).select_related("agreement__agreement__team").order_by("started_at", "id")


def with_openings(clocks: QuerySet[Clock]) -> QuerySet[Clock]:
    """Return clocks that know the digest of their openings, without the intervals themselves."""
    return clocks.select_related("openings").defer("openings__intervals")


def pauses(ticket_id: int) -> list[Pause]:
    """Return the stretches in which the ticket waited, first to last."""
    return list(Pause.objects.filter(ticket_id=ticket_id).order_by("began_at", "id"))


def waits(clock: Clock, of_ticket: Iterable[Pause]) -> list[Pause]:
    """Return the stretches that are taken off this clock.

    Neither a team's answer to an offer, nor a task, rests while the ticket waits for somebody outside.
    """
    return [] if clock.kind == Clock.Kind.ACCEPT or clock.task_id is not None else list(of_ticket)


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


def opening_set(digest: str) -> int | None:
    """Return the id of the stored openings of that digest, if they are stored."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENING_SET, [digest])
        found = cursor.fetchone()
    return found[0] if found else None


def openings(clock: Clock) -> Openings:
    """Return the opening intervals a clock was promised with; remembered by their digest, which is their content."""
    return _restored(clock.openings.digest)


@lru_cache(maxsize=256)
def _restored(digest: str) -> Openings:
    stored = OpeningSet.objects.values_list("intervals", flat=True).get(digest=digest)
    return Openings.restored(bytes(stored))
