"""The desk the benchmarks measure: teams on three lines, staff, customers, services, a promise to all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password

from firstline.core.people.contacts import key_of
from firstline.core.people.models import Account, ContactPoint, Desk, Grant, Organisation, Person, Team
from firstline.core.services.models import Service
from firstline.core.sla.models import Agreement, AgreementVersion, Calendar, CalendarVersion

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PASSWORD = "bench-bench-bench"
WEEK = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
TARGETS = {"take": 1800, "first_response": 3600, "next_response": 14_400, "resolve": 28_800}
ORGANISATIONS, REQUESTERS, SERVICES, SECOND, THIRD, STAFF_EACH = 100, 5000, 20, 6, 8, 8


@dataclass(frozen=True)
class World:
    """Ids of what was made, to draw from."""

    desk: int
    front: int
    teams: list[int]
    staff: dict[int, list[int]]
    organisations: list[int]
    requesters: list[tuple[int, int]]
    services: list[int]
    agreement: AgreementVersion


def make() -> World:
    """Make the desk in an empty database and return its ids; the operator signs in as operator@bench.example."""
    desk = Desk.objects.create(key="bench", name="Bench desk", languages=["en", "ru", "uk"])
    front = Team.objects.create(desk=desk, name="First line", line=1, front=True)
    lines = [(2, number) for number in range(SECOND)] + [(3, number) for number in range(THIRD)]
    others = [Team.objects.create(desk=desk, name=f"Line {line} team {number}", line=line) for line, number in lines]
    teams = [front, *others]
    password = make_password(PASSWORD)
    staff = {team.pk: _staff(team, password) for team in teams}
    organisations = Organisation.objects.bulk_create(Organisation(name=f"Customer {n}") for n in range(ORGANISATIONS))
    people = Person.objects.bulk_create(
        Person(name=f"Requester {n}", organisation=organisations[n % ORGANISATIONS]) for n in range(REQUESTERS)
    )
    services = Service.objects.bulk_create(
        Service(desk=desk, key=f"service-{n}", name={"en": f"Service {n}"}, position=n) for n in range(SERVICES)
    )
    return World(
        desk=desk.pk,
        front=front.pk,
        teams=[team.pk for team in others],
        staff=staff,
        organisations=[row.pk for row in organisations],
        requesters=[(row.pk, row.organisation_id or 0) for row in people],
        services=[row.pk for row in services],
        agreement=_agreement(desk),
    )


def _staff(team: Team, password: str) -> list[int]:
    people = Person.objects.bulk_create(Person(name=f"{team.name} agent {n}") for n in range(STAFF_EACH))
    role = Grant.Role.OPERATOR if team.line == 1 else Grant.Role.SPECIALIST
    Grant.objects.bulk_create(Grant(person=person, role=role, team=team) for person in people)
    word = "operator" if team.line == 1 else f"specialist-{team.pk}"
    mail = f"{word}@bench.example"
    Account.objects.create(email=mail, person=people[0], password=password)
    ContactPoint.objects.create(person=people[0], kind="email", value=mail, key=key_of("email", mail))
    return [person.pk for person in people]


def _agreement(desk: Desk) -> AgreementVersion:
    calendar = Calendar.objects.create(desk=desk, name="Office hours", main=True)
    hours = CalendarVersion.objects.create(
        calendar=calendar, version=1, time_zone="Europe/Kyiv", rules={"hours": WEEK}
    )  # fmt: skip
    agreement = Agreement.objects.create(desk=desk, name="To everybody")
    targets = {str(priority): TARGETS for priority in (1, 2, 3, 4)}
    return AgreementVersion.objects.create(agreement=agreement, version=1, calendar=hours, targets=targets)
