"""What the queue can be narrowed by, and the chips that say what it is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from firstline.core.kernel.texts import pick
from firstline.core.ownership import queue
from firstline.core.people.models import Organisation, Person
from firstline.core.people.queries import teams_of
from firstline.core.people.rights import Scope
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import State
from firstline.web import naming
from firstline.web.console import frame, wanted

STATES = (State.NEW, State.OPEN, State.WAITING_REQUESTER, State.WAITING_THIRD_PARTY, State.PLANNED)
LABELS = {
    "state": _("State"),
    "priority": _("Priority"),
    "service": _("Service"),
    "organisation": _("Organisation"),
    "team": _("Team"),
    "assignee": _("Assignee"),
}
Choices = list[tuple[str, str]]


def fields(scope: Scope, filtered: queue.Filter) -> list[dict[str, Any]]:
    """Return the selects of the filter: each with its choices, the chosen one marked."""
    offered = {
        "state": [(str(state), str(naming.STATES[state].word)) for state in STATES],
        "priority": [(str(level), str(word)) for level, word in naming.PRIORITIES.items()],
        "service": _services(scope, filtered),
        "organisation": _named(Organisation.objects.filter(pk__in=_held(scope, filtered, "organisation"))),
        "team": [(str(team.pk), team.name) for team in teams_of(scope)],
        "assignee": _named(Person.objects.filter(pk__in=_held(scope, filtered, "assignee"))),
    }
    return [_field(name, offered[name], filtered) for name in LABELS]


def chips(filtered: queue.Filter, tickets: Sequence[Ticket]) -> list[dict[str, Any]]:
    """Return what the list is narrowed by, each with the address that drops it.

    Names come from the tickets on the page, so that no name is told that the reader may not see.
    """
    return [
        {
            "label": LABELS[name],
            "value": _value(name, filtered, tickets),
            "href": frame.queue_address(wanted.without(filtered, name)),
        }
        for name in wanted.chosen(filtered)
    ]


def _value(name: str, filtered: queue.Filter, tickets: Sequence[Ticket]) -> str:
    if name == "state":
        return str(naming.STATES[str(filtered.state)].word)
    if name == "priority":
        return str(naming.PRIORITIES.get(filtered.priority or 0, filtered.priority))
    wanted_pk = getattr(filtered, f"{name}_id")
    held = (getattr(ticket, name) for ticket in tickets if getattr(ticket, f"{name}_id") == wanted_pk)
    found = next(held, None)
    if found is None:
        return gettext("chosen")
    return pick(found.name, _language()) if name == "service" else str(found.name)


def _field(name: str, offered: Choices, filtered: queue.Filter) -> dict[str, Any]:
    value = getattr(filtered, wanted.NUMBERS.get(name, name))
    chosen = "" if value is None else str(value)
    return {"name": name, "label": LABELS[name], "choices": offered, "chosen": chosen}


def _held(scope: Scope, filtered: queue.Filter, name: str) -> list[int]:
    return queue.present(scope, queue.Filter(view=filtered.view), f"{name}_id")


def _services(scope: Scope, filtered: queue.Filter) -> Choices:
    services = Service.objects.filter(pk__in=_held(scope, filtered, "service"))
    return [(str(one.pk), pick(one.name, _language())) for one in services.order_by("desk_id", "position", "pk")]


def _named(things: Iterable[Any]) -> Choices:
    return sorted(((str(thing.pk), thing.name) for thing in things), key=lambda choice: choice[1].casefold())


def _language() -> str:
    return get_language() or "en"
