"""Doing an action on a ticket: its form by GET, the command by POST, in a dialog or on a page of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from django_htmx.http import reswap, retarget, trigger_client_event

from firstline.core.insight.dossier import helps
from firstline.core.kernel.refusals import NotThere, Refused, _
from firstline.core.tickets.models import Ticket
from firstline.web.console.access import Staff, staff
from firstline.web.console.ticket import page
from firstline.web.console.ticket.deed import Action, Deed, DeedForm
from firstline.web.console.ticket.deeds import ACTIONS

REFUSED = 422


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def act(http: Staff, number: int, key: str, row: int = 0) -> HttpResponse:
    """Show the form of the action, or do it."""
    action, ticket = ACTIONS[key], page.found(http, number)
    if not helps(http.scope, ticket):
        raise NotThere(_("There is no such ticket."))
    deed = Deed(ticket, http.person, http.scope, timezone.now(), row)
    if http.method != "POST":
        proposed = replace(deed, proposed=http.GET.dict())
        return _asking(http, action, action.form(deed=proposed), 200)
    form = action.form(http.POST, deed=deed, files=http.FILES)
    if not form.is_valid():
        return _asking(http, action, form, REFUSED)
    try:
        said = action.do(Deed(ticket, http.person, http.scope, deed.now, row, form.cleaned_data))
    except Refused as refusal:
        return _refused(http, action, form, refusal)
    undo = reverse(f"console:{action.undo}", args=[number]) if action.undo and settings.UNDO_SECONDS else ""
    return done(http, number, said, undo)


def done(http: Staff, number: int, said: str, undo: str = "") -> HttpResponse:
    """Answer an action that was done: the ticket as it is now, word to the queue, and where it can be taken back."""
    if not http.htmx:
        messages.success(http, said)
        return redirect("console:ticket", number=number)
    return region(http, page.found(http, number), said=said, undo=undo)


def region(http: Staff, ticket: Ticket, *, status: int = 200, **more: Any) -> HttpResponse:
    """Return the ticket's region as it is now, whatever asked for it; the queue is told."""
    response = render(http, page.REGION, page.around(http, ticket, **more), status=status)
    response = reswap(retarget(response, "#ticket-region"), "innerHTML")
    return trigger_client_event(response, "queue-changed", {})


def _asking(http: Staff, action: Action, form: DeedForm, status: int) -> HttpResponse:
    context = {"action": action, "form": form, "ticket": form.deed.ticket, "row": form.deed.row, "pane": "full"}
    template = "console/ticket/_action.html" if http.htmx else "console/ticket/action.html"
    response = render(http, template, context, status=status)
    return retarget(response, "#action") if http.htmx and status == REFUSED else response


def _refused(http: Staff, action: Action, form: DeedForm, refusal: Refused) -> HttpResponse:
    """Say no beside the form; where there was none, beside the ticket as it has become meanwhile."""
    if http.htmx and action.at_once:
        ticket = page.found(http, form.deed.ticket.number)
        return region(http, ticket, status=REFUSED, refused=refusal.in_words(gettext))
    form.refuse(refusal)
    return _asking(http, action, form, REFUSED)
