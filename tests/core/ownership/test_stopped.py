"""Where an open ticket stopped: with whom, since when, what it waits for."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.core.ownership.stopped import Known, Stopped, stopped
from tests.world import now

OPEN = Known("open", "POS support", "Pavlo", "Rita", now())


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, Stopped("works", "POS support", "Pavlo", now())),
        ({"person": ""}, Stopped("lies", "POS support", "", now())),
        ({"person": "", "offered_to": "Billing"}, Stopped("lies", "POS support", "", now())),
        (
            {"offered_to": "Billing", "asked_team": "Network"},
            Stopped("offered", "POS support", "Pavlo", now(), "Billing"),
        ),
        ({"asked_team": "Network"}, Stopped("asked", "POS support", "Pavlo", now(), "Network")),
        (
            {"state": "waiting_requester", "waiting_since": now(hours=2), "asked_team": "Network"},
            Stopped("waits", "POS support", "Pavlo", now(hours=2), "Rita"),
        ),
        (
            {"state": "waiting_third_party", "waiting_since": now(hours=2)},
            Stopped("waits", "POS support", "Pavlo", now(hours=2)),
        ),
        (
            {"state": "planned", "planned_until": now(hours=9), "waiting_since": now(hours=2)},
            Stopped("planned", "POS support", "Pavlo", now(hours=9)),
        ),
        ({"state": "resolved"}, None),
        ({"state": "closed"}, None),
    ],
)
def test_a_ticket_stopped_at_one_place(changes: dict[str, Any], found: Stopped | None):
    assert stopped(OPEN._replace(**changes)) == found
