"""Descriptions of calendars are read, written back, and refused with a word about what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.core.kernel.refusals import BadInput
from firstline.core.sla import descriptions
from tests.core.sla import oracle

WHOLE = {
    "tz": "Europe/Kyiv",
    "hours": {
        "mon": [["08:30", "12:00"], ["13:00", "17:00:30"]],
        "fri": [["22:00", "06:00"]],
        "sun": [["20:00", "24:00"]],
    },
    "holidays": ["2026-01-07", {"begin": "2026-08-24", "end": "2026-08-24", "yearly": True}],
    "shifts": {"2026-12-31": [["09:00", "12:00"]], "2027-01-02": []},
    "breaks": {"2026-11-02": [["10:00", "11:30"]]},
}


def test_a_whole_description_comes_back_as_it_was():
    assert descriptions.describe(descriptions.read(WHOLE)) == WHOLE


@given(st.sampled_from(oracle.MOMENTS).flatmap(lambda case: oracle.descriptions(case[0], oracle.at(case[1]))))
def test_any_calendar_is_described_so_that_it_can_be_read_again(described):
    calendar = descriptions.read(described)

    assert descriptions.read(descriptions.describe(calendar)) == calendar


def test_midnight_ends_a_day_when_written_either_way():
    assert descriptions.read({"tz": "UTC", "hours": {"mon": [["20:00", "00:00"]]}}) == descriptions.read(
        {"tz": "UTC", "hours": {"mon": [["20:00", "24:00"]]}}
    )


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"tz": None}, "tz", 'A calendar needs its time zone: "tz" with an IANA name'),
        ({"tz": "Europe/Atlantis"}, "tz", "There is no time zone 'Europe/Atlantis'"),
        ({"zone": "UTC"}, "calendar", "A calendar has no part 'zone'. It has: tz, hours, holidays"),
        ({"hours": []}, "hours", "The hours must be an object"),
        ({"hours": {"monday": []}}, "hours", "'monday' is not a weekday. They are: mon, tue"),
        ({"hours": {"mon": "9-17"}}, "hours.mon", "The hours must be a list of pairs"),
        ({"hours": {"mon": ["09:00", "17:00"]}}, "hours.mon", "'09:00' is not a pair of times"),
        ({"hours": {"mon": [["09:00"]]}}, "hours.mon", "is not a pair of times"),
        ({"hours": {"mon": [["09:00", "25:00"]]}}, "hours.mon", "'25:00' is not a time of day"),
        ({"hours": {"mon": [["9:00", "17:00"]]}}, "hours.mon", "'9:00' is not a time of day: write it as in 09:00"),
        ({"hours": {"mon": [["٠٩:00", "17:00"]]}}, "hours.mon", "is not a time of day"),
        ({"hours": {"mon": [[9, 17]]}}, "hours.mon", "'9' is not a time of day"),
        ({"hours": {"mon": [["24:00", "06:00"]]}}, "hours.mon", "An interval cannot begin at 24:00"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "hours.mon", "An interval from 09:00 to the same time is empty"),
        ({"holidays": "2026-01-01"}, "holidays", "The holidays must be a list of dates"),
        ({"holidays": ["2026-02-30"]}, "holidays", "'2026-02-30' is not a date"),
        ({"holidays": ["20260101"]}, "holidays", "'20260101' is not a date"),
        ({"holidays": [{"begin": "2026-01-01"}]}, "holidays", "'None' is not a date"),
        ({"holidays": [{"begin": "2026-01-02", "end": "2026-01-01"}]}, "holidays", "ends before it begins"),
        ({"holidays": [{"begin": "2026-01-01", "end": "2026-01-01", "yearly": 1}]}, "holidays", "write true or false"),
        ({"holidays": [{"begin": "2026-01-01", "end": "2027-01-01", "yearly": True}]}, "holidays", "close every day"),
        ({"shifts": {"Monday": []}}, "shifts", "'Monday' is not a date"),
        ({"breaks": {"2026-01-05": [["12:00", "13:60"]]}}, "breaks.2026-01-05", "'13:60' is not a time of day"),
    ],
)
def test_a_wrong_part_is_named_with_what_to_do(change, field, sentence):
    with pytest.raises(BadInput) as refusal:
        descriptions.read({"tz": "UTC", "hours": {}, **change})

    assert sentence in str(refusal.value)
    assert refusal.value.field == field


@pytest.mark.parametrize("described", [None, [], "UTC", 5])
def test_what_is_no_description_is_refused(described):
    with pytest.raises(descriptions.BadCalendar, match="The calendar must be an object"):
        descriptions.read(described)
