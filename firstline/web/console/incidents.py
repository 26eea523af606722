"""Major incidents that run, bursts that may be one, and the parts of one: found by likeness, added by selection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from firstline.commands.incidents import bursts, children
from firstline.core.incidents import bursts as likeness
from firstline.core.incidents import queries
from firstline.core.incidents.models import Burst, MajorIncident
from firstline.core.kernel.refusals import NotThere, Refused
from firstline.core.kernel.refusals import _ as mark
from firstline.core.kernel.texts import pick
from firstline.core.ownership import queue
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.queries import found as found_by
from firstline.core.tickets.queries import visible_to
from firstline.core.tickets.states import DONE
from firstline.web.console import frame
from firstline.web.console.access import Staff, staff
from firstline.web.console.ticket import incident, page

SHOWN = 50


@dataclass(frozen=True)
class Proposed:
    """A burst with its reasons in words, and some of its tickets."""

    burst: Burst
    about: str
    words: str
    usual: str
    tickets: Sequence[Ticket]


@require_GET
@staff
def index(http: Staff) -> HttpResponse:
    """Show what runs, and what may be a major incident."""
    language = get_language() or "en"
    running = incident.listed(queries.running_at(http.scope), http.scope)
    proposed = _proposed(list(queries.proposed(http.scope)[:10]), language)
    context = {"place": "incidents", "pane": "full", "running": running, "proposed": proposed, **frame.around(http)}
    return render(http, "console/incidents/index.html", context)


@require_POST
@staff
def declare(http: Staff, pk: int) -> HttpResponse:
    """Declare a proposed burst a major incident, with its tickets as parts."""
    major = bursts.declare_burst(burst_id=pk, by_id=http.person.pk, now=timezone.now())
    messages.success(http, gettext("It is a major incident now; its tickets become its parts within moments."))
    return redirect("console:ticket", number=major.ticket.number)


@require_POST
@staff
def dismiss(http: Staff, pk: int) -> HttpResponse:
    """Say that a proposed burst is none."""
    bursts.dismiss_burst(burst_id=pk, by_id=http.person.pk, now=timezone.now())
    messages.success(http, gettext("Dismissed: each goes on by itself."))
    return redirect("console:incidents")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def parts(http: Staff, number: int) -> HttpResponse:
    """Show the parts of a major incident, and open tickets that may be parts; add those that were chosen."""
    ticket = page.found(http, number)
    shown = incident.shown(ticket, http.scope)
    if shown is None or not shown.parent:
        raise NotThere(mark("There is no such major incident."))
    if http.method == "POST":
        return _added(http, ticket, shown.running.major)
    words = http.GET.get("q", "")[:200]
    names = ("requester", "organisation", "service", "team")
    theirs = queries.children(ticket.pk).filter(pk__in=visible_to(http.scope).values("pk"))
    context = {
        "place": "incidents", "pane": "full", "ticket": ticket, "outage": shown, "words": words,
        "children": theirs.select_related(*names).order_by("-pk")[: 4 * SHOWN],
        "candidates": _candidates(http, ticket, words),
        "may_lead": incident.offered(ticket, http.scope, shown, frozenset()) != frozenset(),
        **frame.around(http),
    }  # fmt: skip
    return render(http, "console/incidents/parts.html", context)


def _added(http: Staff, ticket: Ticket, major: MajorIncident) -> HttpResponse:
    chosen = [int(pk) for pk in http.POST.getlist("ticket") if pk.isdecimal()][:SHOWN]
    added, refused = 0, ""
    for pk in chosen:
        try:
            children.adopt(major_id=major.pk, child_id=pk, by_id=http.person.pk, now=timezone.now())
            added += 1
        except Refused as refusal:
            refused = refusal.in_words(gettext)
    if added:
        said = ngettext("%(n)d ticket is part of it now.", "%(n)d tickets are part of it now.", added)
        messages.success(http, said % {"n": added})
    if refused or not chosen:
        messages.error(http, refused or gettext("Choose at least one ticket."))
    return redirect("console:parts", number=ticket.number)


def _candidates(http: Staff, ticket: Ticket, words: str) -> list[Ticket]:
    """Return open tickets that the words find, or that are alike, the most alike first."""
    if words:
        open_ = [each for each in found_by(http.scope, words) if each.state not in DONE]
    else:
        wanted = queue.Filter(service_id=ticket.service_id) if ticket.service_id else queue.Filter()
        open_ = [row.ticket for row in queue.page(http.scope, wanted, size=4 * SHOWN).rows]
    parts = set(queries.children(ticket.pk).filter(pk__in=[each.pk for each in open_]).values_list("pk", flat=True))
    free = [each for each in open_ if each.pk not in parts | {ticket.pk} and each.desk_id == ticket.desk_id]
    if words:
        return free[:SHOWN]
    own = likeness.stems(ticket.subject)
    return sorted(free, key=lambda each: (-len(own & likeness.stems(each.subject)), -each.pk))[:SHOWN]


def _proposed(found: Sequence[Burst], language: str) -> list[Proposed]:
    ids = [pk for burst in found for pk in burst.tickets]
    rows = Ticket.objects.select_related("requester").in_bulk(ids)
    return [_proposal(burst, rows, language) for burst in found]


def _proposal(burst: Burst, rows: Mapping[int, Ticket], language: str) -> Proposed:
    return Proposed(
        burst=burst,
        about=_about(burst, language),
        words=", ".join(f"“{word}…”" for word in burst.words[:3]),
        usual=formats.number_format(burst.usual, 1) if burst.usual >= 0.05 else "",
        tickets=[rows[pk] for pk in burst.tickets if pk in rows][:6],
    )


def _about(burst: Burst, language: str) -> str:
    named: list[Any] = [
        pick(burst.service.name, language) if burst.service else "",
        pick(burst.category.name, language) if burst.category else "",
        burst.site.name if burst.site else "",
    ]
    return " · ".join(name for name in named if name)
