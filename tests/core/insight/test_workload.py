"""Open tickets counted: by whom, by when they are due, by age."""

from __future__ import annotations

from firstline.core.insight import workload
from firstline.core.insight.workload import LATER, OVERDUE, WAITS, Counted, Load

ROWS = [
    Counted(1, None, None, OVERDUE, 0, 2),
    Counted(1, 7, 7, 3, 1, 4),
    Counted(2, 8, 7, WAITS, 4, 5),
    Counted(2, 8, 7, LATER, 4, 1),
    Counted(2, 8, 7, 12, 0, 1),
]


def test_the_most_overdue_come_first_and_parts_add_up():
    found = workload.load(ROWS, lambda row: row.team_id)

    assert list(found) == [1, 2]
    assert found[1] == Load(open=6, unclaimed=2, overdue=2, soon=4, waits=0)
    assert (found[2].calm, found[2].waits, found[2].open) == (2, 5, 7)


def test_what_nobody_has_is_nobodys_load():
    assert {who: load.open for who, load in workload.load(ROWS, lambda row: row.assignee_id).items()} == {8: 7, 7: 4}
    assert workload.whole(ROWS).open == 13


def test_the_forecast_counts_each_hour_and_not_what_is_late_or_waits():
    assert workload.forecast(ROWS) == [0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1]


def test_each_team_has_its_ages():
    assert workload.ageing(ROWS) == {1: [2, 4, 0, 0, 0], 2: [1, 0, 0, 0, 6]}
