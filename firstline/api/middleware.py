"""The short way to /api/: no session, no cookies, no pages' middleware, and JSON whatever happens."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import translation

from firstline.api import problems

PREFIX = "/api/"
ADDRESSES = "firstline.api.urls"


class ApiMiddleware:
    """Answers /api/ itself; whatever stands below it in MIDDLEWARE serves pages only.

    Sessions, accounts and policies for browsers cost more than the API's own work, and a program with a
    token needs none of them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, http: HttpRequest) -> HttpResponse:
        if not http.path_info.startswith(PREFIX):
            return self.get_response(http)
        translation.activate(translation.get_language_from_request(http))
        response = _answered(http)
        response["Content-Length"] = str(len(response.content))
        response["Cache-Control"] = "no-store"
        response["Vary"] = "Accept-Language, Authorization"
        return response


def _answered(http: HttpRequest) -> HttpResponse:
    try:
        match = http.resolver_match = resolve(http.path_info, ADDRESSES)
        response: HttpResponse = match.func(http, *match.args, **match.kwargs)
    except Http404 as error:
        return problems.not_found(http, error)
    except Exception as error:
        return problems.failed(http, error)
    return problems.not_supported(http, response["Allow"]) if response.status_code == 405 else response
