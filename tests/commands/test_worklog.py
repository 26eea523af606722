"""Time spent on a ticket, and what it costs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from firstline.commands import progress, worklog
from firstline.core.kernel.refusals import BadInput
from firstline.core.people.models import Person
from tests import world
from tests.commands.conftest import Stage

LATER = world.now(hours=3)


def _paid(stage: Stage, rate: str) -> None:
    Person.objects.filter(pk=stage.olga.pk).update(hour_rate=Decimal(rate))


def test_time_is_logged_at_ones_own_rate(stage: Stage):
    _paid(stage, "48.00")

    work = worklog.log_work(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.NINE, spent_for=timedelta(minutes=50),
        now=LATER, note="Changed the toner.",
    )  # fmt: skip

    assert (work.spent_for, work.rate, work.cost) == (timedelta(minutes=50), Decimal("48.00"), Decimal("40.00"))
    assert work.note is not None
    assert world.newest(stage.ticket).facts == {
        "work": work.pk, "seconds": 3000, "rate": "48.00", "cost": "40.00", "note": work.note.digest,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rate", "seconds", "cost"),
    [("0", 3600, "0.00"), ("10.00", 1, "0.00"), ("18.00", 1, "0.01"), ("9.00", 6, "0.02"), ("99.99", 86400, "2399.76")],
)
def test_costs_are_rounded_half_up_to_a_hundredth(rate: str, seconds: int, cost: str):
    assert worklog.cost_of(Decimal(rate), seconds) == Decimal(cost)


def test_time_without_a_rate_costs_nothing(stage: Stage):
    work = worklog.log_work(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.NINE, spent_for=timedelta(hours=1), now=LATER
    )

    assert (work.rate, work.cost, work.note) == (Decimal(0), Decimal(0), None)


@pytest.mark.parametrize("spent", [timedelta(0), timedelta(seconds=-1), timedelta(hours=24, seconds=1)])
def test_time_is_more_than_none_and_at_most_a_day(stage: Stage, spent: timedelta):
    with world.refused(BadInput, "at most 24 hours"):
        worklog.log_work(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.now(days=-3), spent_for=spent, now=LATER
        )


def test_time_that_is_not_over_is_not_logged(stage: Stage):
    with world.refused(BadInput, "not over yet"):
        worklog.log_work(
            ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.now(hours=2.5),
            spent_for=timedelta(minutes=31), now=LATER,
        )  # fmt: skip


def test_time_is_logged_after_a_ticket_was_closed_too(stage: Stage):
    progress.withdraw(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, why="", now=world.now(minutes=5))

    worklog.log_work(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.NINE, spent_for=timedelta(minutes=5), now=LATER
    )

    assert world.newest(stage.ticket).kind == "work logged"
