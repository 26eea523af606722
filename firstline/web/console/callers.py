"""Who calls, and what they asked for before: so that nobody registers twice what is known."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from firstline.core.people.queries import person_card
from firstline.core.people.rights import Scope
from firstline.core.tickets.queries import visible_to
from firstline.core.tickets.states import DONE, State
from firstline.web.console.call_form import CallForm

OPEN, DONE_LATELY = 6, 3


def shown(scope: Scope, person: str) -> dict[str, Any]:
    """Return a person's card and their tickets that this scope may read, as a template's context."""
    card = person_card(scope, int(person)) if person.isascii() and person.isdigit() and len(person) < 18 else None
    if card is None:
        return {"card": None}
    ids = visible_to(scope).filter(requester_id=card.person.pk).values("pk")
    tickets = card.person.requests.filter(pk__in=ids).select_related("team", "assignee", "service").order_by("-pk")
    return {
        "card": card,
        "open": list(tickets.exclude(state__in=DONE)[:OPEN]),
        "done": list(tickets.filter(state__in=DONE)[:DONE_LATELY]),
        "closed": State.CLOSED,
        "now": timezone.now(),
    }


def of_form(scope: Scope, form: CallForm) -> dict[str, Any]:
    """Return the card of whomever the form names already."""
    given = form.caller if isinstance(form.caller, int) else form["person"].value()
    return shown(scope, str(given or ""))
