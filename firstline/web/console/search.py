"""Finding tickets: a number leads to its ticket, anything else to a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.ownership import queue
from firstline.core.ownership.queries import STOPPED
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import found
from firstline.web.console import frame
from firstline.web.console.access import Staff, staff
from firstline.web.console.lines import Liner, Section, sections

LONGEST = 200
MOST = 50


@require_GET
@staff
def search(http: Staff) -> HttpResponse:
    """Show what the words find, those still open first; a number goes straight to its ticket."""
    words = http.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    tickets = found(http.scope, words, most=MOST, beside=STOPPED) if words else []
    if len(tickets) == 1 and _numbers(words, tickets[0]):
        return HttpResponseRedirect(reverse("console:ticket", args=[tickets[0].number]))
    context = {
        "words": words,
        "total": len(tickets),
        "most": len(tickets) == MOST,
        "sections": _sections(http, tickets),
    }
    if http.htmx.target == "list":
        return render(http, "console/_found.html", {**context, **frame.around(http)})
    return render(http, "console/search.html", {**context, **frame.around(http)})


def _numbers(words: str, ticket: Ticket) -> bool:
    try:
        return row_of(words) == ticket.pk
    except BadNumber:
        return False


def _sections(http: Staff, tickets: list[Ticket]) -> list[Section]:
    places = queue.places_of([ticket.pk for ticket in tickets])
    rows: list[tuple[Any, queue.Place | None]] = [(ticket, places.get(ticket.pk)) for ticket in tickets]
    rows.sort(key=lambda row: (row[1] is None, row[1].rank if row[1] else 0))
    query = urlencode({"q": http.GET.get("q", "")})
    return sections(Liner(http.person, timezone.now(), query).lines(rows))
