"""What a tier would have cost and kept, reckoned by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from firstline.commands import conversation, progress
from firstline.commands.setup import agreements, contracts
from firstline.core.insight import tiers
from firstline.core.insight.comparison import Past, Price, Terms, compared, months_of, quarter_before
from firstline.core.sla import descriptions
from firstline.core.sla.models import Clock
from firstline.core.tickets.states import State
from tests import world

OFFICE = descriptions.read({"tz": "UTC", "hours": world.WEEK})
HOUR = timedelta(hours=1)
MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def at(day, hour):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_a_tier_is_priced_by_month_volume_overtime_and_what_it_broke():
    price = Price(
        monthly=Decimal(100), ticket=Decimal(12), overtime_hour=Decimal(60), included=1, penalty=Decimal(50),
        penalty_cap=25,
    )  # fmt: skip
    terms = Terms(OFFICE, {"resolve": 4 * 3600})
    march = [
        Past(MONTHS[2], [("resolve", at(2, 9), at(2, 12))], worked=[(at(2, 16), 2 * HOUR)]),
        Past(MONTHS[2], [("resolve", at(2, 15), at(3, 12))]),
        Past(MONTHS[2], [("resolve", at(2, 9), at(2, 16))], waits=[(at(2, 10), at(2, 15))]),
        Past(MONTHS[2], [("resolve", at(4, 9), None)]),
    ]
    january = [Past(MONTHS[0], [("resolve", datetime(2026, 1, 5, 9, tzinfo=UTC), datetime(2026, 1, 9, 9, tzinfo=UTC))])]

    column = compared([(past, terms) for past in march + january], price, months=MONTHS, now=at(4, 11))

    assert column.kept == {"resolve": (2, 4)}
    assert column.longest == {"resolve": 32 * HOUR}
    assert [column.monthly, column.beyond, column.beyond_price] == [Decimal(300), 3, Decimal(36)]
    assert (column.overtime_for, column.overtime_price) == (HOUR, Decimal(60))
    assert column.penalties == 75
    assert column.total == 300 + 36 + 60 - 75


def test_a_tier_that_includes_all_and_promises_nothing_costs_its_month():
    price = Price(monthly=Decimal(10), ticket=Decimal(9), overtime_hour=Decimal(9), included=None)

    column = compared([(Past(MONTHS[0], []), None)] * 5, price, months=MONTHS, now=at(2, 9))

    assert (column.total, column.unpromised, dict(column.kept)) == (Decimal(30), 5, {})


@pytest.mark.parametrize(
    ("today", "begin", "end"),
    [
        (date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2025, 10, 1), date(2026, 1, 1)),
        (date(2026, 11, 26), date(2026, 7, 1), date(2026, 10, 1)),
    ],
)
def test_the_last_whole_quarter(today, begin, end):
    assert quarter_before(today) == (begin, end)
    assert len(months_of(begin, end)) == 3


@pytest.mark.django_db
def test_the_comparison_agrees_with_the_clocks_under_the_tier_that_was_held(django_assert_max_num_queries):
    boss = world.person("Boss", role=world.Role.ADMINISTRATOR)
    desk, customer = world.front().desk, world.organisation()
    made = {}
    for position, (name, hours) in enumerate((("Bronze", 8), ("Gold", 2))):
        made[name] = contracts.make_tier(
            desk_id=desk.pk, name=name, position=position, price_monthly=Decimal(100), by_id=boss.pk, now=world.NINE
        )
        agreements.make_agreement(
            desk_id=desk.pk, name=name, calendar_id=world.calendar().calendar_id, tier_id=made[name].pk, by_id=boss.pk,
            targets={3: {"resolve": hours * HOUR, "first_response": HOUR}}, now=world.NINE,
        )  # fmt: skip
    world.contract(customer, tier=made["Bronze"])
    olga, rita = world.person("Olga", team=world.front()), world.person("Rita", organisation=customer)
    for wait, took in ((0, 1), (2, 5), (0, 30)):
        ticket = world.ticket(requester=rita, held_by=olga)
        conversation.reply(ticket_id=ticket.pk, by_id=olga.pk, text="Hello.", now=world.now(minutes=30))
        if wait:
            progress.wait(
                ticket_id=ticket.pk, by_id=olga.pk, on=State.WAITING_THIRD_PARTY, why="", now=world.now(hours=1)
            )
            progress.resume(ticket_id=ticket.pk, by_id=olga.pk, now=world.now(hours=1 + wait))
        progress.resolve(ticket_id=ticket.pk, by_id=olga.pk, how="Done.", now=world.now(hours=took))

    with django_assert_max_num_queries(9):
        told = tiers.comparison(
            desk, customer.pk, begin=date(2026, 1, 1), end=date(2026, 4, 1), now=world.now(days=40)
        )  # fmt: skip

    kept = {one.tier.name: one.column.kept for one in told.tiers}
    assert told.tickets == 3
    assert kept == {
        "Bronze": {"resolve": (2, 3), "first_response": (3, 3)},
        "Gold": {"resolve": (1, 3), "first_response": (3, 3)},
    }
    assert [one.held for one in told.tiers] == [True, False]
    verdicts = Clock.objects.filter(kind="resolve").values_list("state", flat=True)
    assert sorted(verdicts) == ["met", "met", "missed"]
