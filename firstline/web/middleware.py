"""What happens around every view: the language, the person, and refusals as pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from firstline.commands.turning_away import TOO_LARGE, turn_away
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused
from firstline.core.people import queries
from firstline.core.people.rights import Scope, scope_of
from firstline.web.http import Http
from firstline.web.zones import tell_time_in

if TYPE_CHECKING:
    from firstline.core.people.models import Desk, Person

View = Callable[[Any], HttpResponse]
LANGUAGE_COOKIE = "language"


class SizeMiddleware:
    """Turn away what is far over the limit before it is read; what is a little over gets its answer in the form."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, http: HttpRequest) -> HttpResponse:
        length = http.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) <= 4 * settings.ATTACHMENT_LIMIT:
            return self.get_response(http)
        limit = settings.ATTACHMENT_LIMIT // (1024 * 1024)
        sentence = gettext("What you sent is too large. All files of a form together may have %(limit)s MB.")
        turn_away(channel=Envelope.Channel.FORM, why=TOO_LARGE, now=timezone.now())
        http.person = None  # type: ignore[attr-defined]  # nothing of it is read, not even who sent it
        return render(http, "refused.html", {"sentence": sentence % {"limit": limit}}, status=413)


class LanguageMiddleware:
    """Speak the language of the cookie, else the one the browser asks for."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, http: HttpRequest) -> HttpResponse:
        chosen = http.COOKIES.get(LANGUAGE_COOKIE, "")
        _speak(http, chosen if _known(chosen) else translation.get_language_from_request(http))
        response = self.get_response(http)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


class PersonMiddleware:
    """Put the signed-in person on the request, and take their language and time zone."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, http: Http) -> HttpResponse:
        http.person = person = _person(http)
        http.scope = cast(Scope, SimpleLazyObject(lambda: scope_of(person.pk if person else None)))
        http.desk = cast("Desk | None", SimpleLazyObject(queries.home_desk))
        if http.person is None:
            timezone.deactivate()
            return self.get_response(http)
        if not _known(http.COOKIES.get(LANGUAGE_COOKIE, "")) and _known(http.person.language):
            _speak(http, http.person.language)
        tell_time_in(http.person.time_zone, http.desk)
        return self.get_response(http)


class RefusalMiddleware:
    """Answer a refused command with 422 and its sentence, and leave what was typed where it is.

    htmx gets a fragment for the region of notices, so that the form stays as it was; a plain form gets
    a page from which the way back leads to it. A view that can say it beside a field does so itself.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, http: HttpRequest) -> HttpResponse:
        return self.get_response(http)

    def process_exception(self, http: Http, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        sentence = exception.in_words(gettext)
        if isinstance(exception, NotThere):
            return render(http, "404.html", {"sentence": sentence}, status=404)
        if http.htmx:  # a form in place stays as it is, whatever the reason
            response = render(http, "frame/_refusal.html", {"sentence": sentence}, status=422)
            response["HX-Retarget"] = "#flash"
            response["HX-Reswap"] = "beforeend"
            return response
        status = 403 if isinstance(exception, NotAllowed) else 422
        return render(http, "refused.html", {"sentence": sentence}, status=status)


def _speak(http: HttpRequest, language: str) -> None:
    translation.activate(language)
    http.LANGUAGE_CODE = translation.get_language()


def _known(language: str) -> bool:
    return language in dict(settings.LANGUAGES)


def _person(http: HttpRequest) -> Person | None:
    if SESSION_KEY not in http.session or not http.user.is_authenticated:
        return None
    person: Person | None = getattr(http.user, "person", None)
    if person is None or person.ended_at is None:
        return person
    logout(http)  # whoever has left is signed out wherever they still are
    return None
