"""Taking down a call, a visit or a word in the corridor, on one screen and with few keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from firstline.commands import calls
from firstline.core.kernel.refusals import BadInput, NotThere, Refused, _
from firstline.core.people.queries import search_people
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import by_number, visible_to
from firstline.web.console import callers, frame
from firstline.web.console.access import Staff, staff
from firstline.web.console.call_form import CallForm, newcomer, served
from firstline.web.portal.standing import promises


def registrar(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let in who registers for others; for who only audits there is no such page."""

    @staff
    @wraps(view)
    def guarded(http: Staff, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not http.scope.registers:
            raise NotThere(_("There is no such page."))
        return view(http, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@registrar
def register(http: Staff) -> HttpResponse:
    """Show the form of a call, and register what it brings or add it to the ticket that was pressed."""
    if http.method != "POST":
        # The first line answers the phone; others are stopped in the corridor.
        start: dict[str, Any] = {"channel": "phone" if http.scope.front_teams else "corridor", "take": True}
        start |= {name: value for name, value in http.GET.items() if name in CallForm.base_fields}
        return _page(http, CallForm(scope=http.scope, service=_service(http, http.GET), initial=start))
    form = CallForm(http.POST, http.FILES, scope=http.scope, service=_service(http, http.POST))
    if "fields" in http.POST:  # without a script: the service's own fields were asked for
        return _page(http, CallForm(scope=http.scope, service=form.chosen, initial=http.POST.dict()))
    ticket_id = _settled(http, form) if form.is_valid() or "join" in http.POST else None
    if ticket_id is None:
        return _page(http, form, status=422)
    number = Ticket(pk=ticket_id).number
    return HttpResponseRedirect(reverse("console:registered", args=[number]))


@require_GET
@registrar
def people(http: Staff) -> HttpResponse:
    """Offer the people whom what was typed may mean, as a fragment."""
    who = http.GET.get("who", "").replace("\0", "")[:200]
    context = {"who": who, "people": search_people(http.scope, who), "newcomer": dict(newcomer(who)),
               "known_only": "known" in http.GET}  # fmt: skip
    return render(http, "console/_people.html", context)


@require_GET
@registrar
def caller(http: Staff) -> HttpResponse:
    """Show who calls, and what they asked for before, as a fragment."""
    return render(http, "console/_caller.html", callers.shown(http.scope, http.GET.get("person", "")))


@require_GET
@registrar
def service(http: Staff) -> HttpResponse:
    """Show what a service asks and decides, as a fragment."""
    return render(http, "console/_service.html", {"form": CallForm(scope=http.scope, service=_service(http, http.GET))})


@require_GET
@staff
def registered(http: Staff, number: int) -> HttpResponse:
    """Show the number large, to be said over the phone, and the promise in words."""
    try:
        found = visible_to(http.scope).filter(pk=by_number(number)).values("pk")
    except BadInput as wrong:
        raise NotThere(_("There is no such ticket.")) from wrong
    named = Ticket.objects.select_related("requester", "team", "steward_team", "assignee", "service")
    ticket = named.filter(pk__in=found).first()
    if ticket is None:
        raise NotThere(_("There is no such ticket."))
    spoken = f"{ticket.number:,}".replace(",", " ")
    context = {"ticket": ticket, "spoken": spoken, "promises": promises(ticket.pk), "pane": "page"}
    return render(http, "console/registered.html", {**context, **frame.around(http)})


def _settled(http: Staff, form: CallForm) -> int | None:
    """Register the call or add it to a ticket; None if it was refused, with the reason in the form."""
    now, by_id = timezone.now(), http.person.pk
    try:
        if "join" in http.POST:
            return _joined(http, form)
        return calls.register(call=form.call(), by_id=by_id, now=now).ticket_id
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _joined(http: Staff, form: CallForm) -> int | None:
    """Add the words to the ticket whose button was pressed; only who and what matter then."""
    for name in set(form.errors) - {"who", "text", "channel", "key"}:
        del form.errors[name]
    if form.errors or not isinstance(form.caller, int):
        return None
    filled = form.cleaned_data
    settled = calls.add(
        ticket_id=by_number(http.POST["join"]), caller_id=form.caller, key=filled["key"], channel=filled["channel"],
        text=filled["text"], by_id=http.person.pk, now=timezone.now(),
    )  # fmt: skip
    return settled.ticket_id


def _service(http: Staff, given: Any) -> Service | None:
    asked = given.get("service", "")
    return served(http.scope).filter(pk=int(asked)).first() if asked.isascii() and asked.isdigit() else None


def _page(http: Staff, form: CallForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "pane": "page", **callers.of_form(http.scope, form), **frame.around(http)}
    return render(http, "console/call.html", context, status=status)
