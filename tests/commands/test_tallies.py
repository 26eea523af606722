"""The figures of days: taken, taken again, and the same as the tickets say."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from firstline.commands import ownership, progress, ratings, tallies, worklog
from firstline.core.insight.models import WHOLE, Day, Passage, Taken, Week
from firstline.worker import timers
from tests import together, world
from tests.commands.conftest import Stage

EVENING = world.now(hours=9)


def test_a_day_is_what_its_tickets_have_become(stage: Stage):
    work = timedelta(minutes=30)
    worklog.log_work(
        ticket_id=stage.ticket.pk, by_id=stage.olga.pk, began_at=world.NINE, spent_for=work, now=world.now(minutes=40)
    )
    progress.resolve(ticket_id=stage.ticket.pk, by_id=stage.olga.pk, how="Done.", now=world.now(hours=1))
    ratings.rate(ticket_id=stage.ticket.pk, by_id=stage.rita.pk, score=4, now=world.now(hours=2))
    world.ticket(requester=stage.rita)

    assert tallies.take_days(desk_id=stage.desk.pk, now=EVENING) == [date(2026, 3, 2)]

    day = Day.objects.get(by=Day.By.ALL)
    assert (day.opened, day.resolved, day.judged, day.kept, day.first_contact) == (2, 1, 1, 1, 1)
    assert (day.rated, day.score, day.spent) == (1, 4, 1800)


def test_taken_again_it_counts_nothing_twice(stage: Stage):
    for _again in range(2):
        tallies.take_days(desk_id=stage.desk.pk, now=EVENING)

    assert Day.objects.get(by=Day.By.ALL).opened == 1
    assert Taken.objects.count() == 1


def test_days_never_taken_come_before_those_taken_long_ago(stage: Stage):
    for back in range(1, 5):
        world.ticket(requester=stage.rita, at=world.NINE - timedelta(days=back))

    days = tallies.take_days(desk_id=stage.desk.pk, now=EVENING, more=2)
    assert days == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 28), date(2026, 2, 27)]
    days = tallies.take_days(desk_id=stage.desk.pk, now=EVENING + timedelta(minutes=5), more=2)
    assert days == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 26)]
    days = tallies.take_days(desk_id=stage.desk.pk, now=EVENING + timedelta(hours=13), more=1)
    assert days == [date(2026, 3, 3), date(2026, 3, 2), date(2026, 2, 27)]


def test_a_day_is_one_of_the_desks_own_zone(stage: Stage):
    tokyo = world.desk("tokyo", time_zone="Asia/Tokyo")
    world.ticket(of=tokyo, at=world.NINE.replace(hour=16))

    assert tallies.take_days(desk_id=tokyo.pk, now=EVENING) == [date(2026, 3, 3)]


def test_a_week_is_the_sum_of_its_days_by_team_and_for_all_together(stage: Stage):
    world.ticket(requester=stage.rita, at=world.NINE + timedelta(days=1))
    world.ticket(requester=stage.rita, at=world.NINE - timedelta(days=1))

    tallies.take_days(desk_id=stage.desk.pk, now=EVENING + timedelta(days=1))

    every = Week.objects.filter(by=Week.By.ALL).order_by("monday", "team_id")
    assert list(every.values_list("monday", "team_id", "opened")) == [
        (date(2026, 2, 23), WHOLE, 1), (date(2026, 2, 23), stage.first.pk, 1),
        (date(2026, 3, 2), WHOLE, 2), (date(2026, 3, 2), stage.first.pk, 2),
    ]  # fmt: skip


def test_a_hand_over_is_counted_with_its_day_and_on_the_last_it_took(stage: Stage):
    for days in (0, 1):
        at = world.NINE + timedelta(days=days, minutes=10)
        _to_and_back(stage, at)
        tallies.take_days(desk_id=stage.desk.pk, now=at + timedelta(hours=1))

    ways = Passage.objects.order_by("from_id").values_list("from_id", "to_id", "on", "back")
    assert list(ways) == [
        (stage.first.pk, stage.second.pk, date(2026, 3, 3), False),
        (stage.second.pk, stage.first.pk, date(2026, 3, 3), True),
    ]


def _to_and_back(stage: Stage, at: datetime) -> None:
    ticket = stage.ticket.pk
    ownership.hand_over(ticket_id=ticket, by_id=stage.olga.pk, to_team_id=stage.second.pk, why="", now=at)
    ownership.accept(ticket_id=ticket, by_id=stage.sergey.pk, now=at + timedelta(minutes=1))
    ownership.return_(ticket_id=ticket, by_id=stage.sergey.pk, findings="Not ours.", now=at + timedelta(minutes=2))


@pytest.mark.django_db(transaction=True)
def test_two_who_take_the_days_at_once_count_nothing_twice(transactional_db: None):
    world.agreement()
    for days in (0, 1, 2):
        world.ticket(at=world.NINE + timedelta(days=days))
    now = EVENING + timedelta(days=2)

    outcomes = together.at_once(*[lambda: tallies.take_days(desk_id=world.desk().pk, now=now)] * 2)

    assert [len(days) for days in outcomes] == [3, 3]
    assert [week.opened for week in Week.objects.filter(by=Week.By.ALL, team_id=WHOLE)] == [3]
    assert Taken.objects.count() == 3


def test_the_worker_goes_on_at_once_until_every_day_is_taken(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tallies, "MORE", 2)
    for back in range(1, 6):
        world.ticket(requester=stage.rita, at=world.NINE - timedelta(days=back))

    looks = [timers.take_days(EVENING) for _look in range(4)]

    assert [look >= timers.BATCH for look in looks] == [True, True, False, False]
    assert Taken.objects.count() == 6
