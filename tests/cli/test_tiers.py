"""`firstline report tiers` holds a customer's tickets against every tier."""

from __future__ import annotations

import argparse
import json
from decimal import Decimal

import pytest

from firstline.cli import Parser, report
from firstline.core.kernel.refusals import BadInput
from firstline.core.services.models import Tier
from tests import world
from tests.api.calling import Program, of

pytestmark = pytest.mark.django_db


def _options(*words: str) -> argparse.Namespace:
    parser = Parser(prog="firstline report")
    report.add_arguments(parser)
    return parser.parse_args(["tiers", *words])


@pytest.fixture
def customer() -> str:
    tier = Tier.objects.create(desk=world.front().desk, name="Gold", price_monthly=Decimal(100))
    world.agreement("Gold", tier=tier)
    world.contract(world.organisation(), tier=tier)
    world.ticket(requester=world.person("Rita", organisation=world.organisation()))
    return world.organisation().name


def test_the_figures_of_a_quarter_as_json_and_in_words(customer: str, capsys: pytest.CaptureFixture[str]):
    days = ("--from", "2026-01-01", "--to", "2026-04-01")

    report.run(_options("--customer", customer, *days, "--json"))
    told = json.loads(capsys.readouterr().out)
    report.run(_options("--customer", customer, *days))

    assert (told["tickets"], told["tiers"][0]["tier"], told["tiers"][0]["total"]) == (1, "Gold", "300.00")
    assert "Gold (theirs)" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [("--customer", "Nobody"), ("--customer", "Northwind (demo)", "--desk", "x"),
     ("--customer", "Northwind (demo)", "--from", "2026-04-01", "--to", "2026-01-01")],
)  # fmt: skip
def test_a_customer_a_desk_or_days_that_are_none_are_refused(customer: str, words: tuple[str, ...]):
    with pytest.raises(BadInput):
        report.run(_options(*words))


def test_the_api_says_which_calendar_is_open_now():
    world.calendar(
        "Round the clock", tz="UTC", hours={day: [["00:00", "24:00"]] for day in (*world.WEEK, "sat", "sun")}
    )

    told = of(Program(world.person("Olga", team=world.front())).get("calendars"))

    assert [(one["name"], one["open"], one["desk"]) for one in told] == [("Round the clock", True, "it")]
