"""What stands around every page of the console: views with their counters, and teams."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from firstline.core.incidents import queries as majors
from firstline.core.ownership import queue
from firstline.core.people.queries import teams_of
from firstline.web.console import wanted
from firstline.web.console.access import Staff
from firstline.web.templatetags.frame import icon


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
    """Return the context of the views at the side, teams as their items; two statements."""
    # Who works on no team has no work of their own to look at.
    views = list(VIEWS.values()) if http.scope.teams else [VIEWS["all"]]
    beside = {"incidents": majors.running_at, "proposals": majors.proposed}
    counts = queue.counts(http.scope, [view.key for view in views], beside)
    return {
        "views": [_view(view, counts[view.key], chosen) for view in views],
        "incidents": counts["incidents"],
        "proposals": counts["proposals"],
        "teams": mark_safe("".join(_team(team, chosen) for team in teams_of(http.scope))),
    }


def queue_address(filtered: queue.Filter) -> str:
    """Return the address of the queue filtered so."""
    query = wanted.written(filtered)
    return reverse("console:queue") + (f"?{query}" if query else "")


def _view(view: View, count: int, chosen: queue.Filter | None) -> dict[str, Any]:
    current = chosen is not None and chosen.view == view.key and chosen.team_id is None
    shown = f"{queue.MOST_COUNTED}+" if count > queue.MOST_COUNTED else f"{count}"
    tone = f' data-tone="{view.tone}"' if view.tone and count else ""
    counted = f'<span class="count"{tone}>{shown}</span>'
    address = _root(get_script_prefix()) + ("" if view.key == queue.VIEWS[0] else f"?view={view.key}")
    return {"count": shown, "html": mark_safe(_item(address, icon(view.icon), str(view.name), counted, current))}


def _team(team: Any, chosen: queue.Filter | None) -> str:
    current = chosen is not None and chosen.team_id == team.pk
    address = _root(get_script_prefix())
    return _item(f"{address}?team={team.pk}", f'<span class="line-badge">L{team.line}</span>', team.name, "", current)


@cache
def _root(mounted: str) -> str:
    return reverse("console:queue")


@lru_cache(maxsize=4096)
def _item(href: str, sign: str, name: str, more: str, current: bool) -> str:
    """Return one item of the views: where it leads, its sign, its name, and what stands behind that."""
    here = ' aria-current="page"' if current else ""
    return f'<li><a class="view" href="{href}"{here}>{sign}<span class="truncate">{escape(name)}</span>{more}</a></li>'
