"""What stands around every page of the console: views with their counters, and teams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.core.incidents import queries as majors
from firstline.core.ownership import queue
from firstline.core.people.queries import teams_of
from firstline.web.console import wanted
from firstline.web.console.access import Staff


@dataclass(frozen=True, slots=True)
class View:
    """One of the ways to look at the queue: its name, icon, and the tone its counter has when it is not empty."""

    key: str
    name: Promise
    icon: str
    tone: str = ""


VIEWS = {
    view.key: view
    for view in (
        View("all", _("All open"), "inbox"),
        View("mine", _("Mine"), "circle-user"),
        View("unclaimed", _("Unclaimed"), "hand", "soon"),
        View("answering", _("I answer for"), "shield-check"),
        View("offered", _("Offered to my teams"), "hand-helping", "soon"),
        View("tasks", _("Tasks"), "list-checks"),
    )
}


def around(http: Staff, chosen: queue.Filter | None = None) -> dict[str, Any]:
    """Return the context of the views at the side; two statements."""
    # Who works on no team has no work of their own to look at.
    views = list(VIEWS.values()) if http.scope.teams else [VIEWS["all"]]
    beside = {"incidents": majors.running_at, "proposals": majors.proposed}
    counts = queue.counts(http.scope, [view.key for view in views], beside)
    return {
        "views": [_view(view, counts[view.key], chosen) for view in views],
        "incidents": counts["incidents"],
        "proposals": counts["proposals"],
        "teams": [_team(team, chosen) for team in teams_of(http.scope)],
    }


def queue_address(filtered: queue.Filter) -> str:
    """Return the address of the queue filtered so."""
    query = wanted.written(filtered)
    return reverse("console:queue") + (f"?{query}" if query else "")


def _view(view: View, count: int, chosen: queue.Filter | None) -> dict[str, Any]:
    current = chosen is not None and chosen.view == view.key and chosen.team_id is None
    return {
        "name": view.name,
        "icon": view.icon,
        "tone": view.tone if count else "",
        "count": f"{queue.MOST_COUNTED}+" if count > queue.MOST_COUNTED else count,
        "href": queue_address(queue.Filter(view=view.key)),
        "current": current,
    }


def _team(team: Any, chosen: queue.Filter | None) -> dict[str, Any]:
    whole = replace(queue.Filter(), team_id=team.pk)
    current = chosen is not None and chosen.team_id == team.pk
    return {"pk": team.pk, "name": team.name, "line": team.line, "href": queue_address(whole), "current": current}
