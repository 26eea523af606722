"""The queue: what waits for this person and their teams, nearest deadline first."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from firstline.commands.duty import taking
from firstline.core.incidents.queries import MARKS
from firstline.core.ownership import queue
from firstline.core.ownership.queries import where_stopped
from firstline.core.tickets.models import Ticket
from firstline.web.console import choices, wanted
from firstline.web.console.access import Staff, staff
from firstline.web.console.frame import VIEWS, around, queue_address
from firstline.web.console.lines import Liner, sections

UNCHANGED = 204


@require_GET
@staff
def index(http: Staff) -> HttpResponse:
    """Show a view of the queue: the page, its list alone, or only the lines that come after a cursor."""
    filtered = wanted.read(http.GET)
    context = _lines(http, filtered)
    if http.htmx.target == "queue-more":
        return render(http, "console/_lines.html", context)
    context |= {**around(http, filtered), **_heading(filtered)}
    context["seen"] = _digest(context)
    if http.htmx.target == "queue" and http.GET.get("seen") == context["seen"]:
        return HttpResponse(status=UNCHANGED)
    template = {"list": "console/_list.html", "queue": "console/_queue.html"}
    page = render(http, template.get(http.htmx.target or "", "console/queue.html"), context)
    if http.htmx.trigger == "filtering":
        page["HX-Push-Url"] = _filtered_address(http, filtered)
    return page


@require_GET
@staff
def choosing(http: Staff) -> HttpResponse:
    """Show what the view can be narrowed by: what it holds now."""
    filtered = wanted.read(http.GET)
    context = {"fields": choices.fields(http.scope, filtered), "filter": filtered, **_heading(filtered)}
    if http.htmx:
        return render(http, "console/_filter.html", context)
    return render(http, "console/filter.html", {**context, **around(http, filtered)})


@require_POST
@staff
def take_next(http: Staff) -> HttpResponse:
    """Give this person the most urgent ticket they may and can take, and open it."""
    taken = taking.take_next(by_id=http.person.pk, now=timezone.now())
    messages.success(http, gettext("It is yours now."))
    opened = redirect("console:ticket", number=taken.ticket.number)
    return HttpResponseClientRedirect(opened.url) if http.htmx else opened


def _filtered_address(http: Staff, filtered: queue.Filter) -> str:
    """Return the address of what is on the screen now: the list filtered so, and the ticket that is open beside it."""
    path = urlsplit(http.htmx.current_url or "").path
    ticket = path if path.startswith(reverse("console:ticket", args=[0]).removesuffix("0")) else ""
    query = wanted.written(filtered)
    return f"{ticket}?{query}" if ticket and query else ticket or queue_address(filtered)


def _lines(http: Staff, filtered: queue.Filter) -> dict[str, Any]:
    page = queue.page(http.scope, filtered, after=http.GET.get("after", ""), columns=queue.LINE, beside=_marked)
    query = wanted.written(filtered)
    liner = Liner(http.person, timezone.now(), query)
    lines = list(liner.lines((row.ticket, row.place) for row in page.rows))
    return {
        "sections": sections(lines, after=http.GET.get("group", "")),
        "empty": not lines,
        "query": query,
        "after": page.after,
        "last_group": lines[-1].group if lines else "",
        "first_page": not http.GET.get("after"),
        "chips": choices.chips(filtered, [row.ticket for row in page.rows]),
    }


def _marked(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    return where_stopped(tickets.annotate(**MARKS))


def _heading(filtered: queue.Filter) -> dict[str, Any]:
    return {"view": VIEWS[filtered.view], "list_url": queue_address(filtered), "filter_on": wanted.chosen(filtered)}


def _digest(context: dict[str, Any]) -> str:
    """Return a mark of what the list shows; clocks tick in the browser and do not count."""
    shown = [
        (
            line.number,
            line.state,
            line.assignee,
            line.team,
            line.priority,
            line.latest,
            section.group.key,
            line.incident,
            line.stopped,
        )
        for section in context["sections"]
        for line in section.lines
    ]
    counted = [view["count"] for view in context["views"]]
    return hashlib.sha256(repr((shown, counted)).encode()).hexdigest()[:16]
