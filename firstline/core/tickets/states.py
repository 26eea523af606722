"""The states a ticket can be in, and which may follow which."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Categories of states; a desk may name its own states on them."""

    NEW = "new"
    OPEN = "open"
    WAITING_REQUESTER = "waiting_requester"
    WAITING_THIRD_PARTY = "waiting_third_party"
    PLANNED = "planned"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Kind(StrEnum):
    """What a ticket is, as the desk decides; a requester is never asked."""

    INCIDENT = "incident"
    REQUEST = "request"
    QUESTION = "question"


class Audience(StrEnum):
    """Who may read a message."""

    PUBLIC = "public"
    INTERNAL = "internal"
    VENDOR = "vendor"
    TEAM = "team"


class Closing(StrEnum):
    """How a ticket came to be closed."""

    CONFIRMED = "confirmed"
    SILENCE = "silence"
    DESK = "desk"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    IMPORTED = "imported"
    SPAM = "spam"


WAITING = frozenset({State.WAITING_REQUESTER, State.WAITING_THIRD_PARTY, State.PLANNED})
WORKABLE = frozenset({State.NEW, State.OPEN}) | WAITING
DONE = frozenset({State.RESOLVED, State.CLOSED})

# Impact (rows 1-4, 1 widest) by urgency (columns 1-4, 1 soonest) gives priority 1 (first) to 4.
MATRIX = ((1, 1, 2, 3), (1, 2, 2, 3), (2, 2, 3, 4), (3, 3, 4, 4))


def priority_of(impact: int, urgency: int) -> int:
    """Return the priority, 1 to 4, that impact and urgency (each 1 to 4, 1 is worst) give."""
    return MATRIX[impact - 1][urgency - 1]
