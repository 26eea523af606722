"""The order of the queue as one number. Pure; what it guarantees is in docs/features/order.md.

Bands, first to last: guarded tickets past the middle of their promise; overdue ones, by their overdue share times
the weight of their service; workable ones by deadline; those that wait. An overdue share grows with time, so it is
told in levels a fifth apart: a rank is written again only when the ticket reaches the next one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.core.tickets.states import State

BAND = 10**13
LEVEL = 10**10
GUARDED, OVERDUE, WORKABLE = 0, 1, 2
_WAITING = {State.WAITING_REQUESTER: 3, State.WAITING_THIRD_PARTY: 4, State.PLANNED: 5}
# Four levels to each doubling of the weighed share; level 0 ends at a sixteenth.
STEPS, FIRST, LAST = 4, 16, 999
_LEAST_SPAN = timedelta(minutes=1)
_NEVER = timedelta(days=36_500)


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket's rank, and the instant at which time alone will change it (None: never)."""

    rank: int
    turns_at: datetime | None = None


def standing(
    state: str, *, due_at: datetime, span: timedelta, now: datetime, weight: int = 1, guarded: bool = False
) -> Standing:
    """Return where a ticket stands: the lower rank comes first.

    state   one of the open states
    due_at  its nearest deadline, or what stands in for one
    span    from its registration to that deadline, > 0
    weight  of its service, against other overdue ones
    """
    waiting = _WAITING.get(State(state))
    if waiting:
        return Standing(waiting * BAND + _seconds(due_at))
    span = max(span, _LEAST_SPAN)
    if guarded:
        return _guarded(virtual_deadline(due_at, span, guarded=True), now)
    if now < due_at:
        return Standing(WORKABLE * BAND + _seconds(due_at), due_at)
    level = level_of(now - due_at, span, weight)
    return Standing(
        OVERDUE * BAND + (LAST - level) * LEVEL + _seconds(due_at), _next_level(level, due_at, span, weight)
    )


def virtual_deadline(due_at: datetime, span: timedelta, *, guarded: bool) -> datetime:
    """Return the instant by which a ticket is ordered: its deadline, or for a guarded one the middle of its promise."""
    return due_at - span / 2 if guarded else due_at


def level_of(overdue_for: timedelta, span: timedelta, weight: int) -> int:
    """Return the level of the overdue share times weight: one more for each factor of 2 ** (1/4)."""
    share = overdue_for / span * weight
    level = FIRST + math.floor(STEPS * math.log2(share)) if share > 0 else 0
    level = min(max(level, 0), LAST)
    # The logarithm may fall a hair short of a level that has just been reached.
    return level + 1 if level < LAST and overdue_for >= _reached(level + 1, span, weight) else level


def _guarded(virtual: datetime, now: datetime) -> Standing:
    if now < virtual:
        return Standing(WORKABLE * BAND + _seconds(virtual), virtual)
    return Standing(GUARDED * BAND + _seconds(virtual))


def _next_level(level: int, due_at: datetime, span: timedelta, weight: int) -> datetime | None:
    reached = _reached(level + 1, span, weight)
    return due_at + reached if level < LAST and reached < _NEVER else None


def _reached(level: int, span: timedelta, weight: int) -> timedelta:
    """Return how long a ticket is overdue when it reaches the level."""
    try:
        share: float = 2.0 ** ((level - FIRST) / STEPS)
        return span * (share / weight)
    except OverflowError:
        return timedelta.max


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
