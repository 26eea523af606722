"""The few pages that belong to neither portal nor console."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from firstline.commands import people
from firstline.web.context import THEME_COOKIE, THEMES
from firstline.web.http import Http
from firstline.web.middleware import LANGUAGE_COOKIE

_YEAR = 365 * 24 * 3600


@require_POST
def language(http: Http) -> HttpResponse:
    """Remember the language that was chosen, for pages and for letters, and go back."""
    chosen = http.POST.get("to", "")
    if http.person is not None and chosen in dict(settings.LANGUAGES):
        people.change_person(person_id=http.person.pk, by_id=http.person.pk, now=timezone.now(), language=chosen)
    return _remember(http, LANGUAGE_COOKIE, dict(settings.LANGUAGES))


@require_POST
def theme(http: HttpRequest) -> HttpResponse:
    """Remember the theme that was chosen, and go back."""
    return _remember(http, THEME_COOKIE, dict.fromkeys(THEMES))


@require_GET
def styleguide(http: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    pane = http.GET.get("pane")
    page = "styleguide/console.html" if pane else "styleguide/index.html"
    return render(http, page, {"pane": pane, "kind": http.GET.get("kind", "reply")})


def _remember(http: HttpRequest, cookie: str, allowed: dict[str, object]) -> HttpResponse:
    response = HttpResponseRedirect(_back(http))
    value = http.POST.get("to", "")
    if value in allowed:
        response.set_cookie(
            cookie, value, max_age=_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True
        )
    return response


def _back(http: HttpRequest) -> str:
    wanted = http.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {http.get_host()}, require_https=http.is_secure()):
        return wanted
    return "/"
