"""The API keeps to its own description: generated requests, well and badly formed, get only what it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from schemathesis.config import SchemathesisConfig

from firstline.commands import ownership
from tests import world
from tests.api.calling import Program

pytestmark = pytest.mark.django_db


CONFIG = SchemathesisConfig.from_dict({"generation": {"deterministic": True, "database": "none", "allow-x00": False}})
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=CONFIG)


@pytest.fixture(autouse=True)
def the_tests_own_connection() -> Iterator[None]:
    """Keep served requests from closing the connection that holds this test's rows, as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(db: None) -> str:
    """Return the token of an operator before whom lie tickets in several states."""
    olga = world.person("Olga", team=world.front())
    world.agreement()
    world.service("printing")
    world.ticket()
    held = world.ticket(held_by=olga)
    ownership.hand_over(
        ticket_id=held.pk, by_id=olga.pk, to_team_id=world.team("Systems", line=2).pk, why="", now=world.NINE
    )
    return Program(olga).headers["Authorization"]


@schema.parametrize()
@hypothesis.settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
)
def test_every_operation_answers_as_described(case: Any, token: str):
    case.call_and_validate(headers={"Authorization": token})
