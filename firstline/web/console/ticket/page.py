"""A ticket's page: the whole of it, or the region that htmx puts beside the list."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from firstline.core.insight.dossier import Dossier, dossier, helps, opened
from firstline.core.kernel.identifiers import BadNumber, row_of
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.tickets.models import Ticket
from firstline.web import naming
from firstline.web.console.access import Staff, staff
from firstline.web.console.ticket import clocks, composer, incident, reported, side, standing, told
from firstline.web.console.ticket.offered import may_finish, offered_actions
from firstline.web.console.ticket.shelf import Shelf

REGION = "console/ticket/_region.html"


@require_safe
@staff
def show(http: Staff, number: int) -> HttpResponse:
    """Show a ticket; whoever only asked for it, and does not help, is sent to it in the portal."""
    ticket = found(http, number)
    if not helps(http.scope, ticket):
        asked = redirect("portal:request", number=number)
        return HttpResponseClientRedirect(asked.url) if http.htmx else asked
    context = around(http, ticket)
    return render(http, REGION if http.htmx else "console/ticket/page.html", context)


def found(http: Staff, number: int) -> Ticket:
    """Return the ticket of that number, if this person may read it; raises NotThere."""
    try:
        ticket = opened(http.scope, row_of(number))
    except BadNumber:
        ticket = None
    if ticket is None:
        raise NotThere(_("There is no such ticket."))
    return ticket


def around(
    http: Staff, ticket: Ticket, form: Any = None, said: str = "", refused: str = "", undo: str = ""
) -> dict[str, Any]:
    """Return the context of the region.

    form      the composer as it was sent, if it was refused
    said      what just happened, for the region of notices
    refused   why what was asked did not happen
    undo      the address by which what was just done can be taken back for some seconds
    """
    now = timezone.now()
    shown = dossier(ticket, http.scope, now=now)
    outage = incident.shown(ticket, http.scope)
    reader = (http.person.pk, now)
    offers = incident.offered(ticket, http.scope, outage, _offers(shown, http, now))
    return {
        "pane": "ticket",
        "ticket": ticket,
        "dossier": shown,
        "may": offers,
        "outage": outage,
        "shelf": Shelf(ticket.number, offers),
        "steward_is_me": ticket.steward_id == http.person.pk,
        "stopped": standing.stopped(shown),
        "bars": standing.bars(shown),
        "lines": standing.lines(shown),
        "passed": standing.passed(shown),
        "clocks": clocks.shown(shown),
        "groups": told.groups(shown.story, ticket.requester_id, letters=shown.beside.letters, reader=reader),
        "tasks": [(task, task.open and may_finish(http.scope, ticket, task.team_id)) for task in shown.tasks],
        "composer": form or composer.blank(shown.seq, offers),
        "said": said,
        "refused": refused,
        "undo": undo,
        "undo_for": settings.UNDO_SECONDS,
        "desk_name": ticket.desk.name,
        "may_use_console": True,
        **_beside(shown),
    }


def _offers(shown: Dossier, http: Staff, now: Any) -> frozenset[str]:
    asked = [task.team_id for task in shown.tasks if task.open]
    return offered_actions(shown.ticket, http.scope, asked=asked, now=now)


def _beside(shown: Dossier) -> dict[str, Any]:
    ticket = shown.ticket
    return {
        "kind": naming.KINDS[ticket.kind],
        "impact": naming.IMPACTS[ticket.impact],
        "urgency": naming.URGENCIES[ticket.urgency],
        "channel": naming.CHANNELS[ticket.channel].word,
        "stars": [star <= (ticket.score or 0) for star in range(1, 6)],
        "local_time": side.local_time(ticket, shown.now),
        "answers": side.answers(ticket),
        "instruction": side.instruction(shown),
        "links": side.links(shown),
        "work": side.work(shown),
        "flags": side.flags(ticket),
        "differing": reported.differing(ticket, shown.now),
    }
