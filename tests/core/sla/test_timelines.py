"""What clocks show after a ticket's events, by our policies."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from firstline.core.sla import descriptions, timelines
from firstline.core.sla.timelines import Event

NINE = datetime.fromisoformat("2026-01-05T09:00Z")
ALWAYS = descriptions.read({"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in descriptions.WEEKDAYS}})
TARGETS = {
    "first_response": timedelta(minutes=60),
    "update": timedelta(minutes=90),
    "solution": timedelta(minutes=240),
}


def minutes(count: int) -> datetime:
    return NINE + timedelta(minutes=count)


def read(*events: tuple[Any, ...]):
    return timelines.read(NINE, [Event(minutes(at), *rest) for at, *rest in events], TARGETS, ALWAYS)


def test_a_new_ticket_owes_a_response_and_a_solution():
    reading = read()

    assert reading.dues() == [minutes(60), minutes(240)]
    assert reading.responses == ()


def test_the_first_contact_of_an_agent_is_the_first_response():
    reading = read((0, "customer_message"), (20, "agent_contact"), (30, "first_response_recorded"))

    assert reading.first_response.met == minutes(20)
    assert reading.dues() == [minutes(240)]


def test_the_next_response_counts_from_the_oldest_unanswered_message():
    reading = read((0, "customer_message"), (5, "agent_contact"), (10, "customer_message"), (50, "customer_message"))

    assert reading.responses[-1].due() == minutes(100)


def test_waiting_stops_every_clock_and_takes_its_time_off():
    waiting = ((0, "customer_message"), (10, "state", "waiting on requester"))

    assert read(*waiting).dues() == []
    assert read(*waiting, (40, "state", "open")).dues() == [minutes(90), minutes(120), minutes(270)]
    assert read(*waiting, (40, "state", "planned"), (60, "state", "open")).waited == timedelta(minutes=50)


def test_a_clock_overdue_before_the_wait_stays_overdue():
    assert read((70, "state", "pending")).dues() == [minutes(60)]


def test_a_reopened_ticket_goes_on_where_it_stopped():
    reading = read((30, "closed"), (130, "state", "open"))

    assert reading.closed is False
    assert reading.dues() == [minutes(160), minutes(340)]


def test_resolved_then_closed_is_one_ending():
    reading = read((30, "state", "resolved"), (130, "closed"))

    assert (reading.closed, reading.dues()) == (True, [])
    assert reading.solution.spent(reading.at) == timedelta(minutes=30)


def test_the_promise_is_kept_while_no_clock_has_outrun_its_target():
    assert read((60, "agent_contact"), (240, "closed")).kept() is True
    assert read((61, "agent_contact")).kept() is False
    assert read((10, "agent_contact"), (241, "closed")).kept() is False
    assert (
        read((0, "customer_message"), (10, "agent_contact"), (20, "customer_message"), (111, "closed")).kept() is False
    )


def test_events_are_read_in_order_of_time():
    shuffled = read((40, "state", "open"), (10, "state", "pending"))

    assert shuffled.dues() == read((10, "state", "pending"), (40, "state", "open")).dues()


@pytest.mark.parametrize("event", [(-1, "closed"), (1, "dream"), (1, "state", "lost"), (1, "state")])
def test_an_event_that_cannot_be_understood_is_refused(event):
    with pytest.raises(timelines.BadTimeline):
        read(event)
