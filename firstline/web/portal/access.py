"""Who opens which request: somebody signed in by its number, or a guest by a signed link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from firstline.core.kernel.refusals import NotThere, _
from firstline.core.tickets import links, queries
from firstline.core.tickets.models import Ticket
from firstline.web.http import Http
from firstline.web.zones import tell_time_in


@dataclass(frozen=True)
class Access:
    """A request, who reads it, whether they asked for it, and the address of its page."""

    ticket: Ticket
    person_id: int
    asked: bool
    base: str
    guest: bool


View = Callable[..., HttpResponseBase]


def on_request(view: View) -> View:
    """Give `view` the request that a number or a signed link names, if the reader may see it; else 404."""

    @wraps(view)
    def opened(http: Http, number: int | None = None, token: str | None = None, **more: Any) -> HttpResponseBase:
        if token is None and http.person is None:
            return redirect_to_login(http.get_full_path(), resolve_url("account_login"))
        access = _by_number(http, number or 0) if token is None else _by_link(token)
        response = view(http, access, **more)
        # Neither the browser's cache nor a search engine keeps what a link or a sign-in opened.
        add_never_cache_headers(response)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return opened


def _by_number(http: Http, number: int) -> Access:
    person_id = http.person.pk if http.person else 0
    try:
        pk = queries.by_number(number)
    except ValueError as error:
        raise _unseen() from error
    ticket = _with_names(pk).filter(pk__in=queries.visible_to(http.scope).filter(pk=pk).values("pk")).first()
    if ticket is None:
        raise _unseen()
    asked = queries.asked_by(person_id).filter(pk=pk).exists()
    return Access(ticket, person_id, asked, reverse("portal:request", args=[ticket.number]), guest=False)


def _by_link(token: str) -> Access:
    let = links.read(token)
    ticket = _with_names(let.ticket_id).first()
    if ticket is None or not queries.asked_by(let.person_id).filter(pk=ticket.pk).exists():
        raise _unseen()
    tell_time_in(ticket.desk.time_zone)
    return Access(ticket, let.person_id, True, reverse("portal:link", args=[token]), guest=True)


def _with_names(pk: int) -> Any:
    names = (
        "desk",
        "service",
        "team",
        "steward",
        "steward_team",
        "assignee",
        "requester",
        "resolution",
        "answers",
        "form",
    )
    return Ticket.objects.filter(pk=pk).select_related(*names)


def _unseen() -> NotThere:
    return NotThere(_("There is no such request, or it is not yours to see."))
