"""Files of vectors and timelines are answered in the shape they expect, by our own policies."""

import json
import re
from pathlib import Path

import pytest

from firstline.core.sla import vectors

BERLIN = {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]], "tue": [["09:00", "17:00"]]}}

PAGE = Path(__file__).resolve().parents[3] / "docs" / "features" / "working-time.md"
# The vectors that stand on another policy than ours, as the page lists them with the reasons.
OTHER_POLICIES = set(re.findall(r"^\| `([\w-]+)` \|", PAGE.read_text(), re.MULTILINE))


def answer(**vector):
    return vectors.answer_file({"vectors": [{"calendar": BERLIN, **vector}]})["vectors"][0]


def expected(item: dict[str, object]) -> object:
    names = ("expected", "expected_seconds", "expected_first", "cases")
    return next(item[name] for name in names if name in item)


@pytest.mark.parametrize(("name", "count"), [("calendar_vectors", 56), ("ticket_timelines", 24)])
def test_exactly_the_vectors_of_other_policies_are_answered_otherwise(shared_data, name, count):
    file = json.loads((shared_data / "sla" / f"{name}.json").read_text())

    answered = vectors.answer_file(file)

    items = [*answered.get("vectors", []), *answered.get("timelines", [])]
    otherwise = {item["id"] for item in items if item.get("actual") != expected(item)}
    assert len(items) == count
    assert otherwise == OTHER_POLICIES & {item["id"] for item in items}
    assert not any("refused" in item for item in items)


def test_the_page_lists_the_vectors_of_other_policies():
    assert {"biz-22", "zam-11", "zam-16e", "zam-16f"} == OTHER_POLICIES


def test_what_else_stands_in_the_file_is_given_back_as_it_was():
    vector = {"id": "a", "note": "x", "kind": "local_to_utc", "tz": "UTC", "local": "2026-01-05T09:00:00"}

    answered = vectors.answer_file({"README": "hello", "vectors": [vector]})

    assert answered == {"README": "hello", "vectors": [{**vector, "actual": "2026-01-05T09:00:00Z"}]}


def test_seconds_are_added_with_and_without_pauses():
    start = "2026-01-05T08:00:00Z"

    plain = answer(kind="add", start=start, seconds=3600)
    paused = answer(
        kind="add_with_pauses",
        start=start,
        seconds=3600,
        pauses=[
            ["2026-01-05T08:10:00Z", "2026-01-05T08:40:00Z"],
            ["2026-01-05T08:30:00Z", "2026-01-05T09:00:30Z"],
        ],
    )

    assert plain["actual"] == "2026-01-05T09:00:00Z"
    assert paused["actual"] == "2026-01-05T09:50:30Z"


def test_no_seconds_run_out_at_the_next_working_moment_outside_pauses():
    pauses = [["2026-01-05T07:00:00Z", "2026-01-05T08:30:00Z"]]

    assert answer(kind="add", start="2026-01-05T00:00:00Z", seconds=0)["actual"] == "2026-01-05T08:00:00Z"
    paused = answer(kind="add_with_pauses", start="2026-01-05T00:00:00Z", seconds=0, pauses=pauses)
    assert paused["actual"] == "2026-01-05T08:30:00Z"


def test_as_many_periods_come_back_as_are_expected():
    periods = answer(kind="periods_after", origin="2026-01-05T09:00:00Z", expected_first=[[], []])

    assert periods["actual"] == [
        ["2026-01-05T09:00:00Z", "2026-01-05T16:00:00Z"],
        ["2026-01-06T08:00:00Z", "2026-01-06T16:00:00Z"],
    ]


@pytest.mark.parametrize(
    ("vector", "sentence"),
    [
        ({"kind": "guess"}, "'guess' is no kind of vector. The kinds are: add, "),
        ({}, '"kind" is missing, or is not a text.'),
        ({"kind": "add", "seconds": 1}, '"start" is missing, or is not a text.'),
        ({"kind": "add", "start": "soon", "seconds": 1}, "'soon' in \"start\" is not an instant"),
        ({"kind": "add", "start": "2026-01-05T09:00:00", "seconds": 1}, "says no zone: end it with Z"),
        ({"kind": "add", "start": "2026-01-05T09:00:00Z", "seconds": 1.5}, '"seconds" must be a whole number'),
        ({"kind": "add", "start": "2026-01-05T09:00:00Z", "seconds": -1}, "must be more than none"),
        ({"kind": "add", "start": "2026-01-05T09:00:00Z", "seconds": 10**30}, "must be more than none"),
        ({"kind": "add", "start": "2026-01-05T09:00:00Z", "seconds": 10**11}, "This calendar has less than"),
        ({"kind": "add", "start": "9999-12-31T23:00:00-14:00", "seconds": 1}, "the years 1900 to 2199"),
        ({"kind": "add", "start": "2026-01-05T09:00:00Z", "seconds": 1, "calendar": 5}, "must be an object"),
        ({"kind": "elapsed", "start": "2026-01-05T09:00:00Z"}, '"end" is missing'),
        ({"kind": "local_to_utc", "tz": "Mars/Base", "local": "2026-01-05T09:00"}, "There is no time zone"),
        ({"kind": "local_to_utc", "tz": "UTC", "local": "2026-01-05T09:00Z"}, "must be a wall time without zone"),
        ({"kind": "local_to_utc", "tz": "Asia/Tokyo", "local": "0001-01-01T00:00"}, "too far away"),
        ({"kind": "is_holiday", "cases": {"May": True}}, "'May' is not a date"),
        ({"kind": "is_holiday", "cases": []}, '"cases" must be an object'),
        (
            {"kind": "add_with_pauses", "start": "2026-01-05T09:00:00Z", "seconds": 1, "pauses": [["now"]]},
            '"pauses" must be a list of pairs',
        ),
    ],
)
def test_a_vector_that_cannot_be_answered_is_refused_with_a_sentence(vector, sentence):
    answered = answer(**vector)

    assert sentence in answered["refused"]
    assert "actual" not in answered


def test_a_calendar_that_never_opens_is_refused_at_once():
    calendar = {"tz": "UTC", "hours": {}}

    answered = answer(kind="add", calendar=calendar, start="2026-01-05T09:00:00Z", seconds=1)

    assert answered["refused"] == ("This calendar is never open, so nothing falls due by it: give it working hours.")


@pytest.mark.parametrize("file", [[], "x", None, {}, {"vectors": {}}, {"vectors": [1]}, {"timelines": None}])
def test_what_is_no_file_of_vectors_is_refused_whole(file):
    with pytest.raises(vectors.BadVector):
        vectors.answer_file(file)


def test_a_timeline_shows_every_figure_when_none_is_expected():
    timeline = {
        "calendar": BERLIN,
        "targets_minutes": {"first_response": 60, "update": 120, "solution": 240},
        "created": "2026-01-05T08:00:00Z",
        "events": [
            {"at": "2026-01-05T08:00:00Z", "what": "customer_message"},
            {"at": "2026-01-05T08:30:30Z", "what": "agent_contact"},
            {"at": "2026-01-05T08:40:00Z", "what": "state", "to": "waiting on requester"},
        ],
    }

    (answered,) = vectors.answer_file({"timelines": [timeline]})["timelines"]

    assert answered["actual"] == {
        "next_due": None,
        "first_response_due": None,
        "update_due": None,
        "solution_due": None,
        "first_response_in_min": 30.5,
        "first_response_margin_min": 29.5,
        "update_in_min": 30.5,
        "update_margin_min": 89.5,
        "solution_in_min": None,
        "solution_margin_min": None,
        "on_hold_business_min": 0,
        "sla_met": True,
    }


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"expected": {"mood": 1}}, "'mood' is no figure of a timeline."),
        ({"expected": [1]}, '"expected" must be an object'),
        ({"targets_minutes": {"smile": 5}}, '"targets_minutes" must be an object with some of'),
        ({"targets_minutes": {"solution": 0}}, "must be more than none"),
        ({"events": [{"at": "2026-01-05T08:00:00Z", "what": "dream"}]}, "'dream' is no kind of event."),
        ({"events": [{"at": "2026-01-05T08:00:00Z", "what": "state", "to": "lost"}]}, "'lost' is no state."),
        ({"events": [{"at": "2026-01-04T08:00:00Z", "what": "closed"}]}, "before the ticket was created"),
        ({"events": [7]}, 'Number 1 of "events" must be an object'),
        ({"calendar": {"tz": "UTC"}}, "never open"),
    ],
)
def test_a_timeline_that_cannot_be_read_is_refused_with_a_sentence(change, sentence):
    timeline = {
        "calendar": BERLIN,
        "targets_minutes": {"solution": 60},
        "created": "2026-01-05T08:00:00Z",
        **change,
    }

    (answered,) = vectors.answer_file({"timelines": [timeline]})["timelines"]

    assert sentence in answered["refused"]
