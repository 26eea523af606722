"""When a desk is open and what it promises: calendars and agreements, both in versions.

An edit makes a new version, which binds later promises only; what was promised keeps the version it was promised with.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from firstline.commands import founding
from firstline.commands.setup.desks import KeyTaken, locked_desk
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotThere, _
from firstline.core.people.models import Team
from firstline.core.services.models import Service, Tier
from firstline.core.sla import descriptions
from firstline.core.sla.escalations import PROMISED
from firstline.core.sla.models import Agreement, AgreementVersion, Calendar, CalendarVersion, Clock

# By priority 1-4, by kind of clock: working time promised. What is left out is not promised.
Targets = Mapping[int, Mapping[str, timedelta]]
OF_TEAMS = (Clock.Kind.ACCEPT, Clock.Kind.WORK)


@transaction.atomic
def make_calendar(
    *, desk_id: int, name: str, time_zone: str, rules: Mapping[str, Any], by_id: int | None, now: datetime,
    main: bool = False,
) -> CalendarVersion:  # fmt: skip
    """Make a calendar of working time with its first version, which is returned.

    rules   hours, holidays, shifts, breaks as core/sla/descriptions.py reads them
    main    the one by which the desk counts its own working days
    raises  KeyTaken, BadCalendar, UnknownZone, NotAllowed; then nothing is written
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    kept = _rules(time_zone, rules)
    called = written.line(name, field="name", limit=100)
    if Calendar.objects.filter(desk_id=desk_id, name=called).exists():
        raise KeyTaken(_("This desk has a calendar of that name already."), field="name")
    if main and Calendar.objects.filter(desk_id=desk_id, main=True, ended_at=None).exists():
        raise KeyTaken(_("This desk has its main calendar already."), field="main")
    calendar = Calendar.objects.create(desk_id=desk_id, name=called, main=main)
    return _calendar_version(calendar, 1, time_zone, kept, "calendar made", by_id, now)


@transaction.atomic
def change_calendar(
    *, calendar_id: int, time_zone: str, rules: Mapping[str, Any], by_id: int | None, now: datetime
) -> CalendarVersion:
    """Set a calendar anew from now on; agreements on it get a new version too, and old promises stay.

    Raises BadCalendar, UnknownZone, NotThere, NotAllowed; then nothing is written.
    """
    calendar = Calendar.objects.filter(pk=calendar_id, ended_at=None).first()
    founding.managing(by_id, calendar.desk_id if calendar else None)
    if calendar is None:
        raise NotThere(_("There is no such calendar."), field="calendar")
    locked_desk(calendar.desk_id)
    kept = _rules(time_zone, rules)
    last = _newest_calendar(calendar_id)
    version = _calendar_version(calendar, last.version + 1, time_zone, kept, "calendar changed", by_id, now)
    for former in _resting_on(calendar_id):
        _agreement_version(former.agreement, former.version + 1, version, former.targets, by_id, now)
    return version


@transaction.atomic
def make_agreement(
    *, desk_id: int, name: str, calendar_id: int, targets: Targets, by_id: int | None, now: datetime,
    tier_id: int | None = None, service_id: int | None = None, team_id: int | None = None, by_rule_only: bool = False,
) -> AgreementVersion:  # fmt: skip
    """Promise working times by priority: to a tier's customers, or to everybody; for one service, or for all.

    by_rule_only  it binds only where a rule chooses it, and is nobody's closest promise
    team_id  the promise is that team's to the other teams: to answer an offer (accept), and to work
    raises   KeyTaken, BadInput, NotThere, NotAllowed; then nothing is written
    """
    founding.managing(by_id, desk_id)
    locked_desk(desk_id)
    kept = _targets(targets, OF_TEAMS if team_id else PROMISED)
    if team_id and (tier_id or service_id):
        raise BadInput(_("What a team promises the others is bound to no tier and no service."), field="team")
    called = written.line(name, field="name", limit=100)
    if Agreement.objects.filter(desk_id=desk_id, name=called).exists():
        raise KeyTaken(_("This desk has an agreement of that name already."), field="name")
    _must_be_of_desk(Tier, desk_id, tier_id, "tier")
    _must_be_of_desk(Service, desk_id, service_id, "service")
    _must_be_of_desk(Team, desk_id, team_id, "team")
    _must_be_of_desk(Calendar, desk_id, calendar_id, "calendar")
    if team_id and Agreement.objects.filter(team_id=team_id, ended_at=None).exists():
        raise KeyTaken(_("This team has its agreement already; change that one."), field="team")
    agreement = Agreement.objects.create(
        desk_id=desk_id, name=called, tier_id=tier_id, service_id=service_id, team_id=team_id, by_rule_only=by_rule_only
    )
    version = _agreement_version(agreement, 1, _newest_calendar(calendar_id), kept, by_id, now)
    more = {**({"team": team_id} if team_id else {}), **({"by_rule_only": True} if by_rule_only else {})}
    _tell_agreement(version, "agreement made", by_id, now, tier=tier_id, service=service_id, **more)
    return version


@transaction.atomic
def change_agreement(
    *, agreement_id: int, targets: Targets, by_id: int | None, now: datetime, calendar_id: int | None = None
) -> AgreementVersion:
    """Promise other times from now on, on the same calendar unless another is named; old promises stay."""
    agreement = Agreement.objects.filter(pk=agreement_id, ended_at=None).first()
    founding.managing(by_id, agreement.desk_id if agreement else None)
    if agreement is None:
        raise NotThere(_("There is no such agreement."), field="agreement")
    locked_desk(agreement.desk_id)
    kept = _targets(targets, OF_TEAMS if agreement.team_id else PROMISED)
    _must_be_of_desk(Calendar, agreement.desk_id, calendar_id, "calendar")
    last = AgreementVersion.objects.select_related("calendar").filter(agreement=agreement).latest("version")
    calendar = _newest_calendar(calendar_id or last.calendar.calendar_id)
    version = _agreement_version(agreement, last.version + 1, calendar, kept, by_id, now)
    _tell_agreement(version, "agreement changed", by_id, now)
    return version


@transaction.atomic
def end_agreement(*, agreement_id: int, by_id: int | None, now: datetime) -> Agreement:
    """Promise this no longer; promises given stay, and rules that chose it choose it no more.

    Raises NotThere, NotAllowed; then nothing is written.
    """
    agreement = Agreement.objects.filter(pk=agreement_id, ended_at=None).first()
    founding.managing(by_id, agreement.desk_id if agreement else None)
    if agreement is None:
        raise NotThere(_("There is no such agreement."), field="agreement")
    locked_desk(agreement.desk_id)
    agreement.ended_at = now
    agreement.save(update_fields=["ended_at"])
    told = {"agreement": agreement.pk}
    founding.tell(f"desk:{agreement.desk_id}", "agreement ended", by_id=by_id, now=now, facts=told)
    return agreement


def _rules(time_zone: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    calendar = descriptions.read({"tz": time_zone, **rules})
    if calendar.never_opens():
        raise BadInput(_("This calendar is never open; give it working hours on at least one day."), field="hours")
    described = descriptions.describe(calendar)
    described.pop("tz")
    return described


def _calendar_version(
    calendar: Calendar, number: int, time_zone: str, rules: dict[str, Any], kind: str, by_id: int | None, now: datetime
) -> CalendarVersion:
    version = CalendarVersion.objects.create(
        calendar=calendar, version=number, time_zone=time_zone, rules=rules, made_by_id=by_id, made_at=now
    )
    facts = {
        "calendar": calendar.pk, "calendar_version": version.pk, "version": number, "time_zone": time_zone,
        "rules": rules, "main": calendar.main,
    }  # fmt: skip
    founding.tell(f"desk:{calendar.desk_id}", kind, by_id=by_id, now=now, facts=facts)
    return version


def _agreement_version(
    agreement: Agreement, number: int, calendar: CalendarVersion, targets: dict[str, Any], by_id: int | None,
    now: datetime,
) -> AgreementVersion:  # fmt: skip
    return AgreementVersion.objects.create(
        agreement=agreement, version=number, calendar=calendar, targets=targets, made_by_id=by_id, made_at=now
    )


def _tell_agreement(version: AgreementVersion, kind: str, by_id: int | None, now: datetime, **more: Any) -> None:
    facts = {
        "agreement": version.agreement_id, "agreement_version": version.pk, "version": version.version,
        "calendar_version": version.calendar_id, "targets": version.targets, **more,
    }  # fmt: skip
    founding.tell(f"desk:{version.agreement.desk_id}", kind, by_id=by_id, now=now, facts=facts)


def _resting_on(calendar_id: int) -> list[AgreementVersion]:
    """Return the newest versions of live agreements that count by this calendar."""
    versions = AgreementVersion.objects.filter(agreement__ended_at=None).select_related("agreement", "calendar")
    newest = {version.agreement_id: version for version in versions.order_by("version")}
    return [version for version in newest.values() if version.calendar.calendar_id == calendar_id]


def _newest_calendar(calendar_id: int) -> CalendarVersion:
    return CalendarVersion.objects.filter(calendar_id=calendar_id).latest("version")


def _targets(given: Targets, kinds: Collection[str]) -> dict[str, dict[str, int]]:
    """Return targets as they are stored: {"1": {"take": seconds, ...}, ...}."""
    if not any(given.values()):
        raise BadInput(_("An agreement promises at least one thing."), field="targets")
    kept: dict[str, dict[str, int]] = {}
    for priority, promised in given.items():
        if priority not in (1, 2, 3, 4) or set(promised) - set(kinds):
            raise BadInput(_("Targets are set by priority, 1 to 4, and by kind of clock."), field="targets")
        kept[str(priority)] = {str(kind): _seconds(working) for kind, working in promised.items()}
    return kept


def _seconds(working: timedelta) -> int:
    if not timedelta(minutes=1) <= working <= timedelta(days=366):
        raise BadInput(_("A target is working time between a minute and a year."), field="targets")
    return int(working.total_seconds())


def _must_be_of_desk(
    model: type[Tier] | type[Service] | type[Calendar] | type[Team], desk_id: int, pk: int | None, field: str
) -> None:
    if pk is not None and not model.objects.filter(pk=pk, desk_id=desk_id, ended_at=None).exists():
        raise NotThere(_("This desk has nothing of that number."), field=field)
