"""A desk is founded once, with all it needs to take its first request."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from firstline.commands import registration
from firstline.commands.setup import foundation
from firstline.core.kernel.refusals import BadInput
from firstline.core.people.rights import scope_of
from firstline.core.sla.models import Clock
from tests import world

PLAN = foundation.Plan(
    administrator="Alex", email="alex@example.org", password="a long enough phrase", languages=("uk", "en")
)


def test_a_founded_desk_takes_a_request_and_promises_at_once(db: None):
    founded = foundation.found_desk(plan=PLAN, now=world.NINE)

    request = registration.Request(desk_id=founded.desk.pk, requester_id=founded.administrator.pk, text="Hello")
    ticket = registration.register(request=request, by_id=founded.administrator.pk, now=world.NINE)

    assert (ticket.team, founded.front.name) == (founded.front, "Перша лінія")
    assert set(Clock.objects.values_list("kind", flat=True)) == {"take", "first_response", "resolve"}
    scope = scope_of(founded.administrator.pk)
    assert (scope.administrator, scope.teams) == (True, frozenset({founded.front.pk}))


def test_a_desk_is_founded_once(db: None):
    foundation.found_desk(plan=PLAN, now=world.NINE)

    with world.refused(foundation.DeskExists):
        foundation.found_desk(plan=PLAN, now=world.NINE)


@pytest.mark.parametrize(
    ("field", "value"),
    [("administrator", ""), ("email", "nobody"), ("password", "short"), ("desk", ""), ("time_zone", "Mars/Base"),
     ("languages", ()), ("rules", {"hours": {}})],
)  # fmt: skip
def test_a_plan_that_cannot_be_founds_nothing(db: None, field: str, value: Any):
    with world.refused(BadInput):
        foundation.found_desk(plan=replace(PLAN, **{field: value}), now=world.NINE)
