"""Calendars and agreements in versions: an edit binds later promises only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from firstline.commands.setup import agreements, desks
from firstline.core.journal import queries as journal
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere
from firstline.core.people.models import Person
from firstline.core.sla.models import AgreementVersion, CalendarVersion, Clock
from tests import world

RULES = {"hours": world.WEEK}
TARGETS = {3: {"resolve": timedelta(hours=8)}}


@pytest.fixture
def chief(db: None) -> Person:
    """Return the manager of the desk."""
    return world.person("Mira", role=world.Role.DESK_MANAGER, over=world.desk())


def _calendar(chief: Person, **given: object) -> CalendarVersion:
    whole = {
        "desk_id": world.desk().pk, "name": "Days", "time_zone": "UTC", "rules": RULES, "by_id": chief.pk,
        "now": world.NINE,
    }  # fmt: skip
    return agreements.make_calendar(**{**whole, **given})  # type: ignore[arg-type]


def _agreement(chief: Person, on: CalendarVersion, **given: object) -> AgreementVersion:
    whole = {
        "desk_id": world.desk().pk, "name": "All", "calendar_id": on.calendar_id, "targets": TARGETS,
        "by_id": chief.pk, "now": world.NINE,
    }  # fmt: skip
    return agreements.make_agreement(**{**whole, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "match"),
    [({"rules": {"hours": {}}}, "never open"), ({"rules": {"hours": {"xyz": []}}}, "weekday"),
     ({"rules": {"hours": {"mon": [["9", "17"]]}}}, "time of day"), ({"time_zone": "Nowhere/Land"}, "time zone"),
     ({"name": ""}, None)],
)  # fmt: skip
def test_a_calendar_that_cannot_be_is_refused(chief: Person, given: dict[str, object], match: str | None):
    with world.refused(BadInput, match):
        _calendar(chief, **given)


def test_a_desk_has_one_main_calendar_and_each_name_once(chief: Person):
    _calendar(chief, main=True)

    with world.refused(desks.KeyTaken):
        _calendar(chief)
    with world.refused(desks.KeyTaken):
        _calendar(chief, name="Other", main=True)


def test_an_edited_calendar_binds_later_promises_only(chief: Person):
    first = _agreement(chief, _calendar(chief))
    before = world.ticket()

    agreements.change_calendar(
        calendar_id=first.calendar.calendar_id, time_zone="UTC", rules={"hours": {"mon": [["09:00", "13:00"]]}},
        by_id=chief.pk, now=world.now(minutes=5),
    )  # fmt: skip
    after = world.ticket(at=world.now(minutes=10))

    kept, later = (Clock.objects.get(ticket=ticket, kind="resolve") for ticket in (before, after))
    assert (kept.agreement_id, kept.due_at) == (first.pk, world.now(hours=8))
    assert (later.agreement.version, later.due_at) == (2, world.now(days=14, minutes=10))


def test_an_edited_agreement_binds_later_promises_only(chief: Person):
    first = _agreement(chief, _calendar(chief))
    before = world.ticket()

    agreements.change_agreement(
        agreement_id=first.agreement_id, targets={3: {"resolve": timedelta(hours=2)}}, by_id=chief.pk,
        now=world.now(minutes=5),
    )  # fmt: skip
    after = world.ticket(at=world.now(minutes=10))

    dues = [Clock.objects.get(ticket=ticket, kind="resolve").due_at for ticket in (before, after)]
    assert dues == [world.now(hours=8), world.now(hours=2, minutes=10)]
    told = journal.told(f"desk:{world.desk().pk}")[-1]
    assert (told.kind, told.facts["targets"]) == ("agreement changed", {"3": {"resolve": 7200}})


@pytest.mark.parametrize(
    "targets",
    [{}, {3: {}}, {5: {"resolve": timedelta(hours=1)}}, {3: {"coffee": timedelta(hours=1)}},
     {3: {"resolve": timedelta(0)}}, {3: {"resolve": timedelta(days=-1)}}, {3: {"resolve": timedelta(days=400)}}],
)  # fmt: skip
def test_a_promise_that_cannot_be_kept_is_refused(chief: Person, targets: agreements.Targets):
    calendar = _calendar(chief)

    with world.refused(BadInput):
        _agreement(chief, calendar, targets=targets)


def test_an_agreement_stands_on_its_own_desks_calendar_and_services(chief: Person):
    other = world.desk("other")
    calendar, service, theirs = _calendar(chief), world.service("vpn", of=other), world.calendar(of=other)

    with world.refused(NotThere):
        _agreement(chief, calendar, service_id=service.pk)
    with world.refused(NotThere):
        _agreement(chief, theirs)


def test_an_operator_promises_nothing(chief: Person):
    olga, calendar = world.person("Olga", team=world.team()), _calendar(chief)

    with world.refused(NotAllowed):
        _agreement(chief, calendar, by_id=olga.pk)
    with world.refused(NotAllowed):
        agreements.change_calendar(
            calendar_id=calendar.calendar_id, time_zone="UTC", rules=RULES, by_id=olga.pk, now=world.NINE
        )
