"""How a request stands, in a requester's words: its steps, who has it, what is promised next. Reads only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from firstline.core.kernel.texts import pick
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Person
from firstline.core.people.rights import Scope
from firstline.core.satisfaction.models import Rating
from firstline.core.sla.models import Clock
from firstline.core.tickets import queries
from firstline.core.tickets.models import Message, Ticket
from firstline.core.tickets.states import DONE, State
from firstline.web.naming import STATES_FOR_REQUESTER

_PROMISES: dict[str, Promise] = {
    Clock.Kind.FIRST_RESPONSE: _("An answer by"),
    Clock.Kind.NEXT_RESPONSE: _("An answer by"),
    Clock.Kind.RESOLVE: _("Solved by"),
}


@dataclass(frozen=True)
class Step:
    """One of the steps every request goes through; `at` is when it was reached."""

    word: Promise | str
    at: datetime | None
    reached: bool
    current: bool


@dataclass(frozen=True)
class Promised:
    """What the desk owes next, and by when."""

    word: Promise
    due_at: datetime
    began_at: datetime


@dataclass(frozen=True)
class Standing:
    """All that a request's page shows of how it stands."""

    steps: Sequence[Step]
    promises: Sequence[Promised]
    holding: Holding | None
    messages: Sequence[Message]
    people: Sequence[Person]
    answers: Sequence[tuple[str, str]]
    rating: Rating | None
    done: bool


def of(ticket: Ticket, language: str) -> Standing:
    """Return how the ticket stands; seven queries, however long the conversation."""
    followers = ticket.participants.filter(ended_at=None).select_related("person").order_by("added_at")
    return Standing(
        steps=steps(ticket),
        promises=promises(ticket.pk),
        holding=_held(ticket.pk),
        # A scope without roles: here even staff read what the requester reads.
        messages=list(queries.conversation(ticket, Scope(person_id=ticket.requester_id))),
        people=[follower.person for follower in followers],
        answers=_answers(ticket, language),
        rating=ticket.ratings.filter(superseded_at=None).first(),
        done=ticket.state in DONE,
    )


def steps(ticket: Ticket) -> list[Step]:
    """Return the four steps of a request: received, in work, solved, closed."""
    at = {1: ticket.registered_at, 2: ticket.taken_at, 3: ticket.resolved_at, 4: ticket.closed_at}
    now = {State.NEW: 1, State.RESOLVED: 3, State.CLOSED: 4}.get(State(ticket.state), 2)
    words: dict[int, Promise] = {1: _("Received"), 2: _("In work"), 3: _("Solved"), 4: pgettext_lazy("state", "Closed")}
    if now == 2:
        words[2] = STATES_FOR_REQUESTER[ticket.state].word
    return [Step(words[n], at[n] if n <= now else None, n < now or now == 4, n == now and now != 4) for n in words]


def promises(ticket_id: int) -> list[Promised]:
    """Return what the desk owes the requester, the nearest first."""
    running = Clock.objects.filter(ticket_id=ticket_id, ended_at=None, due_at__isnull=False, kind__in=_PROMISES)
    return [
        Promised(_PROMISES[clock.kind], clock.due_at, clock.started_at)
        for clock in running.order_by("due_at")
        if clock.due_at
    ]


def _held(ticket_id: int) -> Holding | None:
    held = Holding.objects.filter(ticket_id=ticket_id, accepted_at__isnull=False, ended_at=None)
    return held.select_related("team", "person").first()


def _answers(ticket: Ticket, language: str) -> list[tuple[str, str]]:
    if not (ticket.answers and ticket.answers.text and ticket.form):
        return []
    given = json.loads(ticket.answers.text)
    return [
        (pick(field["label"], language), _said(field, given[field["key"]], language))
        for field in ticket.form.fields
        if field["key"] in given
    ]


def _said(field: dict[str, Any], value: Any, language: str) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    named = {str(choice["value"]): pick(choice["label"], language) for choice in field.get("choices", [])}
    values = value if isinstance(value, list) else [value]
    return ", ".join(named.get(str(one), str(one)) for one in values)
