"""The request as our views receive it, after the middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from firstline.core.people.models import Desk, Person
    from firstline.core.people.rights import Scope


class Http(HttpRequest):
    """An HTTP request with the signed-in person, what their roles reach, the desk, and what htmx says about itself."""

    person: Person | None
    # Asked for when first needed, once a request.
    scope: Scope
    desk: Desk | None
    htmx: HtmxDetails


class SignedIn(Http):
    """An HTTP request of which it is known that a person has signed in."""

    person: Person
