"""The figures of days: taken, taken again, and the same as the tickets say."""

from __future__ import annotations

from datetime import date, timedelta

from firstline.commands import progress, ratings, tallies, worklog
from firstline.core.insight.models import Day, Taken
from tests import world
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
