"""Where an open ticket stopped: with whom, since when, and what it waits for. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

from firstline.core.tickets.states import DONE, State

How = Literal["planned", "waits", "lies", "offered", "asked", "works"]


class Known(NamedTuple):
    """What is known of a ticket: its state, the names of who has part in it, and since when its team has had it."""

    state: str
    team: str
    person: str
    requester: str
    had_since: datetime
    waiting_since: datetime | None = None
    planned_until: datetime | None = None
    offered_to: str = ""
    asked_team: str = ""


class Stopped(NamedTuple):
    """Where it stopped.

    how     planned for an instant; waits for the requester or (`next` is "") a third party; lies unclaimed with its
            team; works while a team considers an offer, or does a task; works
    at      until when it is planned; else since when
    """

    how: How
    team: str
    person: str
    at: datetime | None
    next: str = ""


def stopped(known: Known) -> Stopped | None:
    """Return where a ticket stopped; None once it is solved."""
    if known.state in DONE:
        return None
    team, person = known.team, known.person
    if known.state == State.PLANNED and known.planned_until:
        return Stopped("planned", team, person, known.planned_until)
    if known.state not in (State.NEW, State.OPEN):
        whom = known.requester if known.state == State.WAITING_REQUESTER else ""
        return Stopped("waits", team, person, known.waiting_since, whom)
    if not person:
        return Stopped("lies", team, "", known.had_since)
    if known.offered_to:
        return Stopped("offered", team, person, known.had_since, known.offered_to)
    if known.asked_team:
        return Stopped("asked", team, person, known.had_since, known.asked_team)
    return Stopped("works", team, person, known.had_since)
