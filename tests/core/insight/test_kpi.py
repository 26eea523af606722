"""Figures are told from counts by the definitions of docs/features/reports.md."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from firstline.core.insight import spreads, variants
from firstline.core.insight.kpi import Counts, Trait, kpi


def _hour(year, month, day, hour=0):
    return int(datetime(year, month, day, hour, tzinfo=UTC).timestamp()) // 3600


def test_a_desk_without_tickets_has_figures_of_nothing():
    told = kpi(Counts())

    assert (told["tickets"], told["resolution_hours"], told["backlog"], told["top_teams"]) == (0, {}, {}, [])


def _spreads(*tickets):
    """Return the spreads of tickets given as (priority, seconds), read as the queries read them."""
    counted = Counter(seconds // 3600 * 8 + priority for priority, seconds in tickets)
    sums = {f"took_{each}": sum(seconds for priority, seconds in tickets if priority == each) for each in range(1, 5)}
    return spreads.told({**counted, None: 3}, sums, lambda hours: [row for row in tickets if row[1] // 3600 in hours])


def test_the_90th_percentile_is_the_element_and_the_median_lies_between_two():
    took = _spreads(*((3, hour * 3600) for hour in range(1, 11)), (1, 7200), (1, 7201))

    told = kpi(Counts(took=took))["resolution_hours"]

    assert told["3"] == {"n": 10, "mean": 5.5, "median": 5.5, "p90": 9.0}
    assert told["1"] == {"n": 2, "mean": 2.0, "median": 2.0, "p90": 2.0}
    assert (list(told), told["all"]["n"]) == (["1", "3", "all"], 12)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 20_000)), min_size=1, max_size=60))
def test_spreads_are_those_of_the_sorted_list(tickets):
    found = _spreads(*tickets)

    for of, spread in found.items():
        values = sorted(seconds for priority, seconds in tickets if of in (str(priority), "all"))
        n = len(values)
        exact = (values[(n - 1) // 2], values[n // 2], values[int(0.9 * (n - 1))])
        assert (spread.n, spread.total) == (n, sum(values))
        assert (spread.low_middle, spread.high_middle, spread.p90) == exact


def test_traits_give_priorities_promises_and_reassignments():
    traits = {
        Trait(1, True, 0, False, False): 4,
        Trait(1, False, 3, True, True): 2,
        Trait(4, True, 10, False, False): 1,
    }

    told = kpi(Counts(traits=traits))

    assert told["by_priority"] == {"1": 6, "4": 1}
    assert told["sla_met_by_priority"] == {"1": [4, 6], "4": [1, 1]}
    assert told["reassignments"] == {"0": 4, "3": 2, "10+": 1}
    assert (told["reopened"], told["reassigned"], told["never_reassigned_nor_reopened"]) == (2, 3, 4)
    assert (told["sla_met"], told["linked_to_change"]) == (5, 2)


def test_the_backlog_is_told_from_the_month_after_the_first_opening_to_two_months_after_the_last():
    last = datetime(2016, 3, 20, 23, tzinfo=UTC)
    counts = Counts(
        opened={_hour(2016, 2, 29, 1): 3, _hour(2016, 3, 20, 23): 2},
        last_opened=int(last.timestamp()),
        closed={_hour(2016, 3, 31) // 24: 1, _hour(2016, 4, 1) // 24: 1},
    )

    assert kpi(counts)["backlog"] == {"2016-03-01": 3, "2016-04-01": 4, "2016-05-01": 3, "2016-06-01": 3}


def test_equals_at_the_top_stand_in_the_order_in_which_they_were_seen():
    told = kpi(Counts(sites={"Kyiv": 1, "Riga": 2, "Oslo": 1, "Rome": 2, "Bern": 1, "Bonn": 1}))

    assert told["top_sites"] == [["Riga", 2], ["Rome", 2], ["Kyiv", 1], ["Oslo", 1], ["Bern", 1]]


def test_transitions_are_counted_along_the_paths():
    told = kpi(Counts(variants={("New", "Open", "Closed"): 2, ("New", "Closed"): 1, ("Open", "Closed"): 1}))

    assert told["transitions"] == [["Open -> Closed", 3], ["New -> Open", 2], ["New -> Closed", 1]]


def test_a_path_tells_a_state_in_a_row_once_and_its_id_follows_from_it_alone():
    path = variants.path_of(["New", "New", "Open", "New"])

    assert path == ("New", "Open", "New")
    assert variants.id_of(path) == variants.id_of(["New", "Open", "New"]) != variants.id_of(["New", "Open"])
    assert 0 <= variants.id_of(path) < 2**63
