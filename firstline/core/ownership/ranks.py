"""The order of the queue as one number: band first, then the deadline. Pure."""

from __future__ import annotations

from datetime import datetime

from firstline.core.tickets.states import State

BAND = 10**11
_BANDS = {
    State.NEW: 1,
    State.OPEN: 1,
    State.WAITING_REQUESTER: 2,
    State.WAITING_THIRD_PARTY: 3,
    State.PLANNED: 4,
}


def rank_of(state: str, due_at: datetime) -> int:
    """Return a ticket's rank: lower comes first.

    state   one of the open states; those that wait come behind those that can be worked on
    due_at  its nearest deadline, or what stands in for one
    """
    return _BANDS[State(state)] * BAND + int(due_at.timestamp())
