"""How long a ticket stood where, folded from its story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from firstline.core.insight.stages import shares, stages, waits
from firstline.core.sla.openings import Openings
from tests.world import NINE, now

FRONT, POS = 1, 2
HOUR = timedelta(hours=1)
# Open from nine to five on that one day.
OPEN = Openings.of(
    int(NINE.timestamp()) - 86400, int(NINE.timestamp()) + 3 * 86400,
    [(int(NINE.timestamp()), int(NINE.timestamp()) + 8 * 3600)],
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    kind: str
    at: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    by_id: int | None = None


REGISTERED = Told("registered", now(), {"team_id": FRONT, "steward_team_id": FRONT})
TAKEN = Told("taken", now(hours=1), {"person_id": 7, "team_id": FRONT})
ACCEPTED = Told("accepted", now(hours=3), {"team_id": POS, "person_id": 8})
WAITING = Told("waiting began", now(hours=4), {"state": "waiting_requester"})
JOINED = Told("joined", now(hours=6), {"wakes": True})
RESOLVED = Told("resolved", now(hours=7), {"how": "x"})


def test_a_stretch_ends_where_the_team_the_holder_or_the_waiting_changes():
    found = stages([REGISTERED, TAKEN, ACCEPTED, WAITING, JOINED, RESOLVED], until=now(hours=9))

    assert [(stage.team_id, stage.part, stage.lasted_for / HOUR) for stage in found] == [
        (FRONT, "lies", 1), (FRONT, "works", 2), (POS, "works", 1), (POS, "waits", 2), (POS, "works", 1),
        (POS, "done", 2),
    ]  # fmt: skip
    assert [stage.ended_at for stage in found[-1:]] == [None]


def test_what_changes_nothing_of_it_ends_no_stretch():
    quiet = [Told("noted", now(hours=2)), Told("tagged", now(hours=2)), Told("unheard of", now(hours=2))]

    assert len(stages([REGISTERED, TAKEN, *quiet], until=now(hours=3))) == 2


def test_shares_add_up_by_team_and_leave_out_what_came_after_the_end():
    found = shares(stages([REGISTERED, TAKEN, ACCEPTED, WAITING, JOINED, RESOLVED], until=now(hours=9)))

    assert [(share.team_id, share.lasted_for / HOUR, share.waited_for / HOUR) for share in found] == [
        (FRONT, 3, 0), (POS, 4, 2),
    ]  # fmt: skip


def test_working_time_is_counted_by_the_openings_and_waiting_is_left_out_of_it():
    found = shares(stages([REGISTERED, TAKEN, ACCEPTED, WAITING, JOINED], until=now(days=1), openings=OPEN))

    assert [share.working_for for share in found] == [3 * HOUR, 3 * HOUR]


def test_waits_are_what_no_clock_counts():
    reopened = Told("reopened", now(hours=8))

    found = waits(stages([REGISTERED, TAKEN, WAITING, JOINED, RESOLVED, reopened], until=now(hours=9)))

    assert found == [(now(hours=4), now(hours=6)), (now(hours=7), now(hours=8))]


def test_a_story_whose_times_run_backwards_gives_no_stretch_below_zero():
    early = Told("taken", now(hours=-2), {"person_id": 7, "team_id": FRONT})

    found = stages([REGISTERED, early], until=now(hours=-3))

    assert min(stage.lasted_for for stage in found) == timedelta(0)


def test_no_story_gives_no_stretches():
    assert stages([], until=NINE) == []
