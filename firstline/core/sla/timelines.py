"""What a ticket's clocks show after a series of events, by Firstline's policies.

While a ticket waits (on its requester, on others, for a planned day) or is closed, no clock runs. The first
contact by an agent meets the first response; each one answers the requester's messages so far; the next
response counts from the oldest message still unanswered. Reopened, the clocks go on where they stopped.
Source: docs/adr/0004-working-time.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla.workclock import (
    Pause,
    Schedule,
    StillPaused,
    due_with_pauses,
    elapsed,
    elapsed_with_pauses,
)
from firstline.core.tickets.states import DONE, WAITING, State

RUNNING, PAUSED, ENDED = "running", "paused", "ended"
# What other desks call the states that we have names for.
SYNONYMS = {
    "pending": State.WAITING_REQUESTER,
    "on_hold": State.WAITING_REQUESTER,
    "waiting": State.WAITING_REQUESTER,
    "waiting_on_requester": State.WAITING_REQUESTER,
    "waiting_on_third_party": State.WAITING_THIRD_PARTY,
}
KINDS = ("customer_message", "agent_contact", "first_response_recorded", "state", "closed")


class BadTimeline(BadInput):
    """The timeline cannot be understood."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket: one of KINDS; `to` is the state entered, for a state."""

    at: datetime
    what: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """One promise: `target` of working time (None: nothing promised) from `began` until it was met."""

    target: timedelta | None
    began: datetime
    met: datetime | None
    pauses: tuple[Pause, ...]
    schedule: Schedule

    def due(self) -> datetime | None:
        """Return when it falls due; None once met, while paused with time left, or without a target."""
        if self.target is None or self.met is not None:
            return None
        try:
            return due_with_pauses(self.began, self.target, self.pauses, self.schedule)
        except StillPaused:
            return None

    def spent(self, until: datetime) -> timedelta:
        """Return the working time it has run, until met or until then."""
        return elapsed_with_pauses(self.began, self.met or until, self.pauses, self.schedule)


@dataclass(frozen=True, slots=True)
class Reading:
    """A ticket's clocks at the moment of its last event."""

    at: datetime
    closed: bool
    first_response: Clock
    responses: tuple[Clock, ...]  # one for each stretch of unanswered messages, the last perhaps running
    solution: Clock
    waited: timedelta

    def clocks(self) -> list[Clock]:
        """Return all of them."""
        return [self.first_response, *self.responses, self.solution]

    def dues(self) -> list[datetime]:
        """Return when the running clocks fall due, soonest first; none once the ticket is closed."""
        return [] if self.closed else sorted(due for clock in self.clocks() if (due := clock.due()))

    def kept(self) -> bool:
        """Return whether no clock has run for longer than its target."""
        return all(clock.target is None or clock.spent(self.at) <= clock.target for clock in self.clocks())


def read(
    created: datetime,
    events: Iterable[Event],
    targets: Mapping[str, timedelta | None],
    schedule: Schedule,
) -> Reading:
    """Return what the clocks show after the last event.

    events    in any order: they are read in order of `at`, those of one instant as they come
    targets   working time for first_response, update (the next response) and solution
    raises    BadTimeline; ValueError and NeverDue as workclock does
    """
    life = _Life(created)
    for event in sorted(events, key=lambda event: event.at):
        life.happened(event)
    stops = life.stretches(PAUSED, ENDED)
    since_created = elapsed(created, life.last, schedule)
    worked = elapsed_with_pauses(created, life.last, life.stretches(PAUSED), schedule)
    return Reading(
        at=life.last,
        closed=life.closed_at is not None,
        first_response=Clock(targets.get("first_response"), created, life.responded, stops, schedule),
        responses=tuple(
            Clock(targets.get("update"), asked, answered, stops, schedule) for asked, answered in life.conversation
        ),
        solution=Clock(targets.get("solution"), created, life.closed_at, stops, schedule),
        waited=since_created - worked,
    )


@dataclass(slots=True)
class _Life:
    """The ticket as its events shape it."""

    created: datetime
    last: datetime = field(init=False)
    responded: datetime | None = None
    conversation: list[Pause] = field(default_factory=list)  # oldest unanswered message, its answer
    states: list[tuple[str, datetime]] = field(init=False)  # category, since

    def __post_init__(self) -> None:
        self.last = self.created
        self.states = [(RUNNING, self.created)]

    @property
    def closed_at(self) -> datetime | None:
        category, since = self.states[-1]
        return since if category == ENDED else None

    def stretches(self, *categories: str) -> tuple[Pause, ...]:
        """Return the stretches of time in states of these categories; the present one has no end."""
        ends = [since for _category, since in self.states[1:]]
        return tuple(
            (since, end)
            for (category, since), end in zip(self.states, [*ends, None], strict=True)
            if category in categories
        )

    def happened(self, event: Event) -> None:
        if event.at < self.created:
            raise BadTimeline(_("An event happened before the ticket was created: correct one of the times."))
        self.last = event.at
        match event.what:
            case "customer_message":
                self._asked(event.at)
            case "agent_contact":
                self._answered(event.at)
                self.responded = self.responded or event.at
            case "first_response_recorded":
                self.responded = self.responded or event.at
            case "state":
                self._entered(event.to, event.at)
            case "closed":
                self._entered("closed", event.at)
            case _:
                known = ", ".join(KINDS)
                text = _("'%(name)s' is no kind of event. The kinds are: %(known)s.")
                raise BadTimeline(text, name=event.what, known=known)

    def _asked(self, at: datetime) -> None:
        if not self.conversation or self.conversation[-1][1] is not None:
            self.conversation.append((at, None))

    def _answered(self, at: datetime) -> None:
        if self.conversation and self.conversation[-1][1] is None:
            self.conversation[-1] = (self.conversation[-1][0], at)

    def _entered(self, state: str, at: datetime) -> None:
        category = _category(state.replace(" ", "_"))
        if category != self.states[-1][0]:
            self.states.append((category, at))


def _category(name: str) -> str:
    state = SYNONYMS.get(name, name)
    if state not in set(State):
        text = _("'%(name)s' is no state. The states are: %(known)s.")
        raise BadTimeline(text, name=name, known=", ".join([*State, *SYNONYMS]))
    if state in WAITING:
        return PAUSED
    return ENDED if state in DONE else RUNNING
