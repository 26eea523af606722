"""People and things for the tests, with visible defaults; a test names only what it is about.

What a default names (the desk "it", its first line, the requester Rita) is made once and found again after,
so that `world.ticket()` alone gives a whole small desk. Everything that can happen to a ticket goes through
the commands; what stands still (people, teams, services, agreements) is written straight to its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from firstline.commands import ownership, registration
from firstline.core.duty.models import Ability, Absence, Practice, Shift
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import Refused
from firstline.core.people.contacts import key_of
from firstline.core.people.models import Account, ContactPoint, Desk, Grant, Organisation, Person, Site, Team
from firstline.core.services.models import Category, Contract, FormVersion, Service, Tier
from firstline.core.sla.models import Agreement, AgreementVersion, Calendar, CalendarVersion
from firstline.core.tickets.models import Ticket

# A Monday that is no holiday; the calendar below opens at this very instant.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

Role = Grant.Role

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
# Seconds of working time by clock, the same for each priority unless a test says otherwise.
TARGETS = {"take": 900, "first_response": 3600, "next_response": 7200, "resolve": 28800}


def now(*, minutes: float = 0, hours: float = 0, days: float = 0) -> datetime:
    """Return the instant so long after NINE."""
    return NINE + timedelta(days=days, hours=hours, minutes=minutes)


def desk(key: str = "it", **columns: Any) -> Desk:
    """Return the desk of that key, in UTC and English unless it is told otherwise."""
    columns = {"name": f"Desk {key}", "languages": ["en", "ru", "uk"], **columns}
    return Desk.objects.get_or_create(key=key, defaults=columns)[0]


def team(name: str = "Service desk", *, line: int = 1, of: Desk | None = None, front: bool | None = None) -> Team:
    """Return the team of that name; the desk's first team on line 1 is its front."""
    whose = of or desk()
    if front is None:
        front = line == 1 and not Team.objects.filter(desk=whose, front=True).exists()
    return Team.objects.get_or_create(desk=whose, name=name, defaults={"line": line, "front": front})[0]


def front(of: Desk | None = None) -> Team:
    """Return the desk's first line."""
    whose = of or desk()
    return Team.objects.filter(desk=whose, front=True).first() or team(of=whose)


def person(
    name: str = "Rita", *, team: Team | None = None, role: str | None = None, mail: str | None = "", phone: str = "",
    over: Desk | Organisation | None = None, **columns: Any,
) -> Person:  # fmt: skip
    """Return a new person.

    team   where they work, as operator on line 1 and specialist elsewhere unless `role` says otherwise
    role   a role over `over` (a desk or an organisation) or over everything, where no team is named
    mail   name@example.org by default; None for nobody's address
    """
    made = Person.objects.create(name=name, **columns)
    if mail is not None:
        _reached_at(made, "email", mail or f"{name.lower().replace(' ', '.')}@example.org")
    if phone:
        _reached_at(made, "phone", phone)
    if team is not None:
        grant(made, role or (Role.OPERATOR if team.line == 1 else Role.SPECIALIST), over=team)
    elif role:
        grant(made, role, over=over)
    return made


def grant(to: Person, role: str, *, over: Team | Desk | Organisation | None = None) -> Grant:
    """Give a person a role over a team, a desk, an organisation or everything."""
    place = {} if over is None else {type(over).__name__.lower(): over}
    return Grant.objects.create(person=to, role=role, **place)


def account(of: Person, *, email: str = "", password: str = PASSWORD) -> Account:
    """Let a person sign in with `password`, by their own address unless another is given."""
    own = ContactPoint.objects.filter(person=of, kind="email").values_list("value", flat=True).first()
    made = Account(person=of, email=email or own or f"person{of.pk}@example.org")
    made.set_password(password)
    made.save()
    return made


def able(whom: Person, **columns: Any) -> Ability:
    """Say what a person can do and carry: capacity, languages, skills, own_site_only."""
    return Ability.objects.update_or_create(person=whom, defaults=columns)[0]


def practice(of: Team, **columns: Any) -> Practice:
    """Say how a team gets its work: mode, asks, lapse_for, by_rota."""
    return Practice.objects.update_or_create(team=of, defaults=columns)[0]


def shift(whom: Person, of: Team, *, starts: datetime, hours: float = 8) -> Shift:
    """Put a person on the rota of a team."""
    return Shift.objects.create(person=whom, team=of, starts_at=starts, ends_at=starts + timedelta(hours=hours))


def absence(whom: Person, *, until: datetime | None = None, deputy: Person | None = None) -> Absence:
    """Let a person be absent from NINE on."""
    return Absence.objects.create(person=whom, kind="absent", from_at=NINE, until_at=until, deputy=deputy)


def organisation(name: str = "Northwind (demo)", **columns: Any) -> Organisation:
    """Return the organisation of that name."""
    return Organisation.objects.get_or_create(name=name, defaults=columns)[0]


def site(name: str = "Head office", **columns: Any) -> Site:
    """Return the site of that name."""
    return Site.objects.get_or_create(name=name, defaults=columns)[0]


def category(key: str = "hardware", *, of: Desk | None = None) -> Category:
    """Return the category of that key."""
    return Category.objects.get_or_create(desk=of or desk(), key=key, defaults={"name": {"en": key}})[0]


def service(
    key: str = "mail", *, of: Desk | None = None, form: Sequence[Mapping[str, Any]] | None = None, **columns: Any
) -> Service:
    """Return the service of that key, with a form of these fields if they are given."""
    columns = {"name": {"en": key.title()}, **columns}
    made = Service.objects.get_or_create(desk=of or desk(), key=key, defaults=columns)[0]
    if form is not None:
        FormVersion.objects.create(service=made, version=made.forms.count() + 1, fields=list(form))
    return made


def calendar(name: str = "Office hours", *, of: Desk | None = None, **rules: Any) -> CalendarVersion:
    """Return the newest version of that calendar: Monday to Friday, 9 to 17 UTC, and the desk's main one."""
    whose = of or desk()
    main = not Calendar.objects.filter(desk=whose, main=True).exists()
    made = Calendar.objects.get_or_create(desk=whose, name=name, defaults={"main": main})[0]
    present = made.versions.order_by("-version").first()
    if present and not rules:
        return present
    zone = rules.pop("tz", "UTC")
    version = present.version + 1 if present else 1
    return CalendarVersion.objects.create(
        calendar=made, version=version, time_zone=zone, rules={"hours": WEEK, **rules}
    )  # fmt: skip


def agreement(
    name: str = "Standard", *, of: Desk | None = None, tier: Tier | None = None, service: Service | None = None,
    targets: Mapping[str, int] | None = None, by_priority: Mapping[int, Mapping[str, int]] | None = None,
    on: CalendarVersion | None = None, team: Team | None = None,
) -> AgreementVersion:  # fmt: skip
    """Return a new version of that promise: TARGETS for every priority, on office hours.

    team         whose promise to the other teams it is, if it is one
    targets      seconds of working time by clock, for every priority
    by_priority  what differs for a priority
    """
    whose = of or desk()
    made = Agreement.objects.get_or_create(
        desk=whose, name=name, defaults={"tier": tier, "service": service, "team": team}
    )[0]
    whole = {str(priority): dict(targets or TARGETS) for priority in (1, 2, 3, 4)}
    for priority, own in (by_priority or {}).items():
        whole[str(priority)] = dict(own)
    return AgreementVersion.objects.create(
        agreement=made, version=made.versions.count() + 1, calendar=on or calendar(of=whose), targets=whole
    )


def contract(of: Organisation, *, tier: Tier | None = None, with_desk: Desk | None = None) -> Contract:
    """Return a contract that began with 2026 and has no end."""
    whose = with_desk or desk()
    bought = tier or Tier.objects.get_or_create(desk=whose, name="Gold")[0]
    return Contract.objects.create(organisation=of, desk=whose, tier=bought, starts_on=date(2026, 1, 1))


def ticket(
    subject: str = "Printer is out of toner", *, requester: Person | None = None, by: Person | None = None,
    held_by: Person | None = None, of: Desk | None = None, at: datetime = NINE, text: str = "", **asked: Any,
) -> Ticket:  # fmt: skip
    """Register a request through the command and return its ticket.

    requester  a new Rita by default
    by         who typed it in; the requester by default
    held_by    staff who take it in the same minute, and are its steward if they are on its first line
    asked      further fields of registration.Request: service_id, impact, channel, ...
    """
    whose = of or desk()
    front(whose)
    who = requester or person()
    request = registration.Request(
        desk_id=whose.pk, requester_id=who.pk, subject=subject, text=text or f"{subject}.", **asked
    )
    made = registration.register(request=request, by_id=(by or who).pk, now=at)
    if held_by is not None:
        ownership.take(ticket_id=made.pk, by_id=held_by.pk, now=at)
        made.refresh_from_db()
    return made


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the desk's own tables, to be compared: what was refused wrote nothing."""
    own = [model for model in apps.get_models() if model.__module__.startswith("firstline.")]
    return {model._meta.db_table: _rows(model) for model in own}


def told(about: Ticket) -> list[str]:
    """Return the kinds of facts a ticket's chain tells, first to last."""
    return [entry.kind for entry in journal.told(about.chain)]


def newest(about: Ticket) -> journal.Told:
    """Return the newest entry of a ticket's chain."""
    return journal.told(about.chain)[-1]


@contextmanager
def refused(refusal: type[Refused], match: str | None = None) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """Expect that what is done here is refused so, and writes nothing at all."""
    before = everything()
    with pytest.raises(refusal, match=match) as raised, transaction.atomic():
        yield raised
    assert everything() == before


def _rows(model: Any) -> list[tuple[Any, ...]]:
    rows = model._base_manager.order_by("pk").values_list()
    return [tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in rows]


def _reached_at(whom: Person, kind: str, value: str) -> ContactPoint:
    key = key_of(kind, value)
    if ContactPoint.objects.filter(kind=kind, key=key, ended_at=None).exists():
        value = value.replace("@", f".{whom.pk}@") if kind == "email" else f"{value}{whom.pk}"
        key = key_of(kind, value)
    return ContactPoint.objects.create(person=whom, kind=kind, value=value, key=key)
