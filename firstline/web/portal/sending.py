"""Who sends a form, within how often they may, and where they are led once it is registered."""

from __future__ import annotations

from typing import Any

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from firstline.commands.submission import Guest
from firstline.core.kernel.refusals import NotThere, _
from firstline.core.people import contacts
from firstline.web.http import Http
from firstline.web.portal import limits

SENT = "firstline.sent"


def sender_of(http: Http, filled: dict[str, Any]) -> int | Guest:
    """Return the person signed in, or the guest as the form names them; raises TooOften."""
    if http.person is not None:
        limits.spend_as_person(http.person.pk)
        return http.person.pk
    limits.spend_as_guest(http, contacts.mail_key(filled["mail"]))
    return Guest(filled["name"], filled["mail"], (get_language() or "en")[:2])


def is_over() -> NotThere:
    """Return what is said of an outage that is not there, or not any more."""
    return NotThere(_("There is no such outage any more. If you still have trouble, tell us."))


def to_confirmation(http: Http, ticket_id: int) -> HttpResponse:
    """Lead to the page that shows the number and the promise."""
    token = signing.dumps([ticket_id, http.person is None], salt=SENT)
    return redirect(reverse("portal:sent", args=[token]))
