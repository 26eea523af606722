"""One arrival: what became of it and why, its first lines; tried again, ignored, read raw."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from firstline.commands import parked
from firstline.core.intake.models import Envelope
from firstline.core.intake.store import begins
from firstline.core.journal import queries as journal
from firstline.core.people.models import Person
from firstline.core.tickets.queries import visible_to
from firstline.web.setup import forms as forming
from firstline.web.setup import frame
from firstline.web.setup.access import Manager, managed
from firstline.web.setup.arrivals import TITLES, Outcome, glance_at, of_desk, place_of, why

RAW_SHOWN = 16_384
DID = {
    "envelope retried": _("tried it again"),
    "envelope ignored": _("ignored it"),
    "envelope read": _("read it raw"),
}


class IgnoringForm(forms.Form):
    """Why nothing follows from an arrival."""

    why = forms.CharField(label=_("Why nothing follows from it"), max_length=200)


@require_safe
@managed
def show(http: Manager, pk: int) -> HttpResponse:
    """Show one arrival: what became of it and why, its first lines, and who did what with it."""
    return _page(http, forming.found(of_desk(http), pk), IgnoringForm())


@require_POST
@managed
def retry(http: Manager, pk: int) -> HttpResponse:
    """Let it be understood anew, from the very bytes that came."""
    forming.found(of_desk(http), pk)
    parked.retry(envelope_id=pk, by_id=http.person.pk, now=timezone.now())
    return _back(http, gettext("It is being tried again."))


@require_POST
@managed
def ignore(http: Manager, pk: int) -> HttpResponse:
    """Decide that nothing follows from it."""
    envelope, now = forming.found(of_desk(http), pk), timezone.now()
    form = IgnoringForm(http.POST)
    if forming.done(form, lambda given: parked.ignore(envelope_id=pk, by_id=http.person.pk, now=now, **given)):
        return _back(http, gettext("It is ignored; it can still be read."))
    return _page(http, envelope, form)


@require_POST
@managed
def raw(http: Manager, pk: int) -> HttpResponse:
    """Send what came, byte for byte, as a file; who read it is noted."""
    envelope = forming.found(of_desk(http), pk)
    read = parked.read_raw(envelope_id=pk, by_id=http.person.pk, now=timezone.now())
    ending = "eml" if envelope.channel == Envelope.Channel.EMAIL else "txt"
    headers = {
        "Content-Disposition": f'attachment; filename="arrival-{pk}.{ending}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return HttpResponse(read, content_type="application/octet-stream", headers=headers)


def _page(http: Manager, envelope: Envelope, form: IgnoringForm) -> HttpResponse:
    outcome = Outcome(envelope.outcome)
    context = {
        "title": glance_at(envelope).subject or gettext("Without a subject"),
        "back": frame.address(http, "arrivals", outcome),
        "envelope": envelope, "why": why(envelope), "seen": glance_at(envelope), "outcome": TITLES[outcome],
        "form": form,
        "head": _head(envelope), "history": _history(envelope),
        "can_retry": outcome in (Outcome.PARKED, Outcome.IGNORED), "can_ignore": outcome == Outcome.PARKED,
        "ticket": _ticket(http, envelope),
        "urls": {name: frame.address(http, f"arrival-{name}", envelope.pk) for name in ("retry", "ignore", "raw")},
    }  # fmt: skip
    return frame.page(http, place_of(outcome), "setup/arrival.html", context, status=422 if form.errors else 200)


def _ticket(http: Manager, envelope: Envelope) -> int | None:
    """Return the number of the ticket it led to, if this person may read it."""
    if envelope.ticket_id is None:
        return None
    ticket = visible_to(http.scope).filter(pk=envelope.ticket_id).first()
    return ticket.number if ticket else None


def _back(http: Manager, word: str) -> HttpResponse:
    return forming.saved(http, "arrivals", Outcome.PARKED, word=word)


def _head(envelope: Envelope) -> str:
    """Return the first lines of what came, as text that nothing runs; whatever is no text in it is marked."""
    return begins(envelope.blob, RAW_SHOWN).decode("utf-8", "backslashreplace").replace("\0", "␀")


def _history(envelope: Envelope) -> list[dict[str, Any]]:
    told = journal.told(f"envelope:{envelope.pk}")
    people = Person.objects.in_bulk({one.by_id for one in told if one.by_id})
    names = {pk: person.name for pk, person in people.items()}
    return [
        {"who": names.get(one.by_id or 0, gettext("the desk")), "did": DID[one.kind], "at": one.happened_at}
        for one in told
        if one.kind in DID
    ]


urlpatterns = [
    path("arrival/<int:pk>", show, name="arrival"),
    path("arrival/<int:pk>/retry", retry, name="arrival-retry"),
    path("arrival/<int:pk>/ignore", ignore, name="arrival-ignore"),
    path("arrival/<int:pk>/raw", raw, name="arrival-raw"),
]
