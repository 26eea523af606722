"""The request as our views receive it, after the middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from firstline.core.people.models import Person


class Http(HttpRequest):
    """An HTTP request with the signed-in person and what htmx says about itself."""

    person: Person | None
    htmx: HtmxDetails


class SignedIn(Http):
    """An HTTP request of which it is known that a person has signed in."""

    person: Person
