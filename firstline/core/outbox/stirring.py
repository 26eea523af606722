"""Which kinds of fact anything follows from: only these owe a reaction, the quiet ones cost nothing.

What follows is written in worker/reactions.py, whose table has exactly these kinds (a test holds it to that).
"""

from __future__ import annotations

STIRRING = frozenset(
    {
        "registered",
        "joined",
        "replied",
        "assigned",
        "offered",
        "declined",
        "offer lapsed",
        "put back",
        "returned",
        "steward changed",
        "task asked",
        "task finished",
        "called in",
        "participant added",
        "merged",
        "waiting began",
        "resolved",
        "reopened",
        "closed",
        "withdrawn",
        "rated",
        "vendor written to",
        "vendor wrote",
        "stranger wrote",
        "unproven wrote",
        "notice bounced",
        "clock warned",
        "escalated",
        "major declared",
        "commander changed",
        "status told",
    }
)
