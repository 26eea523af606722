"""Outages that are known: the banner of the portal's pages, and "me too" in one step."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from firstline.commands import submission
from firstline.core.incidents import queries
from firstline.core.incidents.queries import Running
from firstline.core.kernel.refusals import BadInput
from firstline.core.kernel.texts import pick
from firstline.core.knowledge import matching
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.web.http import Http
from firstline.web.portal import limits
from firstline.web.portal.forms import Sending, checked_address, text_field
from firstline.web.portal.sending import is_over, sender_of, to_confirmation


@dataclass(frozen=True)
class Outage:
    """A known outage in the reader's words.

    key      of the form that says "me too", as every form has one
    joined   the number of the reader's own ticket about it, if they have one
    """

    pk: int
    key: str
    headline: str
    service_id: int | None
    status: str
    began_at: datetime
    hit: int
    joined: int | None


class JoinForm(Sending):
    """Me too: for somebody signed in a press of a button, for a guest a name and an address."""

    text = text_field(_("Anything to add?"), rows=3, required=False)
    website = forms.CharField(required=False, label=_("Leave this empty"))

    def __init__(self, *given: Any, guest: bool, **more: Any) -> None:
        super().__init__(*given, **more)
        self.guest = guest
        if guest:
            self.fields["name"] = forms.CharField(label=_("Your name"), max_length=200)
            self.fields["mail"] = forms.CharField(
                label=_("Mail address for our answer"), max_length=254,
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )  # fmt: skip
            self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean_mail(self) -> str:
        """Return the address; raises ValidationError saying what an address looks like."""
        return checked_address(self.cleaned_data["mail"])


def known(person: Person | None) -> list[Outage]:
    """Return the outages this person may know of, first begun first; at most four statements, one if none is there."""
    majors = list(queries.told_to(person))
    if not majors:
        return []
    mine = queries.joined_to(person.pk, majors) if person else {}
    return [_told(shown, mine) for shown in queries.with_status(majors)]


def about(outages: Iterable[Outage], words: str) -> list[Outage]:
    """Return those that the words typed so far may be about."""
    texts = [(outage, outage.headline, outage.status) for outage in outages]
    return matching.ranked(words, texts) if matching.stems(words) else []


def around(ticket: Ticket) -> Outage | None:
    """Return the outage a request is part of, while it runs."""
    major = queries.parent_of(ticket.pk)
    if major is None or major.ended_at is not None:
        return None
    return _told(queries.with_status([major])[0], {major.pk: ticket.number})


def of_service(outages: Sequence[Outage], service_id: int | None) -> list[Outage]:
    """Return those of a service."""
    return [outage for outage in outages if service_id and outage.service_id == service_id]


@require_http_methods(["GET", "HEAD", "POST"])
def outage(http: Http, pk: int) -> HttpResponse:
    """Show an outage with how it stands, and take "me too"."""
    shown = next((each for each in known(http.person) if each.pk == pk), None)
    if shown is None:
        raise is_over()
    form = JoinForm(http.POST if http.method == "POST" else None, guest=http.person is None)
    if http.method == "POST" and form.is_valid():
        joined = _joined(http, shown, form)
        if joined is not None:
            return joined
    context = {"place": "home", "outage": shown, "known": [shown], "form": form}
    return render(http, "portal/outage.html", context, status=422 if form.errors else 200)


def _joined(http: Http, shown: Outage, form: JoinForm) -> HttpResponse | None:
    """Register the child and lead to its confirmation; None if it was refused, with the reason in the form."""
    filled: dict[str, Any] = form.cleaned_data
    if filled["website"]:
        raise is_over()
    try:
        settled = submission.me_too(
            key=filled["key"], major_id=shown.pk, sender=sender_of(http, filled),
            subject=shown.headline or gettext("A known outage"),
            text=filled["text"] if filled["text"].strip() else gettext("I am hit by this, too."), now=timezone.now(),
        )  # fmt: skip
    except (BadInput, limits.TooOften) as refusal:
        form.refuse(refusal)
        return None
    return to_confirmation(http, settled.ticket_id or 0)


def _told(shown: Running, mine: dict[int, int]) -> Outage:
    language = get_language() or "en"
    major = shown.major
    return Outage(
        pk=major.pk, key=secrets.token_urlsafe(18), headline=queries.named(major, language),
        service_id=major.ticket.service_id, status=pick(shown.status, language), began_at=major.began_at,
        hit=shown.children + 1, joined=mine.get(major.pk),
    )  # fmt: skip
