"""Founds a desk at once: its first administrator, hours, first line, promise and one service for everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from firstline.commands import people
from firstline.commands.setup import accounts, agreements, catalogue, desks, grants
from firstline.core.kernel.refusals import Refused, _
from firstline.core.people.models import Desk, Grant, Person, Team

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
OFFICE_HOURS: dict[str, Any] = {"hours": {day: [["09:00", "18:00"]] for day in WEEKDAYS}}
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
# What a new desk promises to everybody, in working time by priority; its manager changes it at any time.
FIRST_TARGETS: agreements.Targets = {
    1: {"take": 15 * _MINUTE, "first_response": 30 * _MINUTE, "next_response": _HOUR, "resolve": 4 * _HOUR},
    2: {"take": 30 * _MINUTE, "first_response": _HOUR, "next_response": 2 * _HOUR, "resolve": 9 * _HOUR},
    3: {"take": 2 * _HOUR, "first_response": 4 * _HOUR, "next_response": 8 * _HOUR, "resolve": 27 * _HOUR},
    4: {"take": 4 * _HOUR, "first_response": 9 * _HOUR, "next_response": 18 * _HOUR, "resolve": 45 * _HOUR},
}
_TEAM_NAME = {"en": "First line", "ru": "Первая линия", "uk": "Перша лінія"}
_SERVICE_NAME = {"en": "Something else", "ru": "Другое", "uk": "Інше"}
_SERVICE_ABOUT = {
    "en": "Whatever fits nowhere else: we find who can help.",
    "ru": "Всё, что не подходит к остальному: мы найдём, кто поможет.",
    "uk": "Усе, що не підходить до решти: ми знайдемо, хто допоможе.",
}


class DeskExists(Refused):
    """There is a desk already; it is changed by its managers, not founded again."""


@dataclass(frozen=True)
class Plan:
    """What a new desk is to be; the first of its languages is its own."""

    administrator: str
    email: str
    password: str
    desk: str = "Service desk"
    key: str = "desk"
    time_zone: str = "UTC"
    languages: Sequence[str] = ("en", "ru", "uk")
    rules: Mapping[str, Any] = field(default_factory=lambda: OFFICE_HOURS)
    team: str = ""


@dataclass(frozen=True)
class Founded:
    """What was made: the desk, its administrator, its front team."""

    desk: Desk
    administrator: Person
    front: Team


@transaction.atomic
def found_desk(*, plan: Plan, now: datetime) -> Founded:
    """Make the first desk with all it needs to take its first request; its administrator can sign in at once.

    Raises DeskExists, or whatever the parts refuse (BadInput naming the field); then nothing is written.
    """
    if Desk.objects.exists():
        raise DeskExists(_("There is a desk already; sign in as its administrator to change it."))
    own = plan.languages[0] if plan.languages else "en"
    desk = desks.make_desk(
        key=plan.key, name=plan.desk, by_id=None, now=now, languages=plan.languages, time_zone=plan.time_zone
    )
    person = people.make_person(name=plan.administrator, email=plan.email, language=own, by_id=None, now=now)
    accounts.set_account(person_id=person.pk, email=plan.email, password=plan.password, by_id=None, now=now)
    grants.grant_role(person_id=person.pk, role=Grant.Role.ADMINISTRATOR, by_id=None, now=now)
    front = desks.make_team(
        desk_id=desk.pk, name=plan.team or _TEAM_NAME[own], line=1, front=True, by_id=person.pk, now=now
    )
    grants.grant_role(person_id=person.pk, role=Grant.Role.TEAM_LEAD, team_id=front.pk, by_id=None, now=now)
    _promise(desk, plan, person.pk, now)
    catalogue.make_service(
        desk_id=desk.pk, key="other", name=_SERVICE_NAME, about=_SERVICE_ABOUT, icon="life-buoy", position=1000,
        by_id=person.pk, now=now,
    )  # fmt: skip
    return Founded(desk, person, front)


def _promise(desk: Desk, plan: Plan, by_id: int, now: datetime) -> None:
    calendar = agreements.make_calendar(
        desk_id=desk.pk, name="Working days", time_zone=plan.time_zone, rules=plan.rules, main=True, by_id=by_id,
        now=now,
    )  # fmt: skip
    agreements.make_agreement(
        desk_id=desk.pk, name="For everybody", calendar_id=calendar.calendar_id, targets=FIRST_TARGETS, by_id=by_id,
        now=now,
    )  # fmt: skip
