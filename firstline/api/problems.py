"""One shape for everything that goes wrong, in the caller's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Protocol

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BaseModel, Field

from firstline.commands.turning_away import NOT_KNOWN, turn_away
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _

logger = logging.getLogger("firstline.api")


class FieldProblem(BaseModel):
    """What is wrong with one field of the body or the query."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong: a stable code for programs, a sentence for people, and the fields at fault."""

    code: str = Field(description="stable name, for programs")
    message: str = Field(description="a sentence, in the language of Accept-Language")
    field: str | None = Field(None, description="the first field at fault")
    fields: list[FieldProblem] = []


class ScopeMissing(NotAllowed):
    """The token does not carry the scope that this operation needs."""


class TooLarge(Refused):
    """The body is larger than the desk takes."""


class Malformed(Refused):
    """The body is not JSON."""


# What may go wrong with any operation.
STATUSES = (400, 401, 403, 404, 413, 422, 503)


def or_problem(shape: Any, *more: int) -> dict[int, Any]:
    """Return the answers an operation declares: `shape` with 200 and `more`, a Problem with every other status."""
    return {**dict.fromkeys((200, *more), shape), **dict.fromkeys(STATUSES, Problem)}


class Handler(Protocol):
    """Answers one kind of exception."""

    def __call__(self, http: HttpRequest, exception: Any, /) -> HttpResponse: ...


def install(api: NinjaAPI) -> None:
    """Let `api` answer every exception with a Problem."""
    handlers: dict[type[Exception], Handler] = {
        Refused: refused,
        ValidationError: _invalid,
        AuthenticationError: _unknown_caller,
        HttpError: _unreadable,
        Http404: not_found,
        OperationalError: _busy,
        Exception: failed,
    }
    for kind, answer in handlers.items():
        api.add_exception_handler(kind, answer)


def answer(status: int, code: str, message: str, fields: Iterable[FieldProblem] = ()) -> HttpResponse:
    """Return a Problem as a response."""
    at_fault = list(fields)
    problem = Problem(code=code, message=message, field=at_fault[0].field if at_fault else None, fields=at_fault)
    return HttpResponse(problem.model_dump_json(), status=status, content_type="application/json; charset=utf-8")


def refused(http: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a command that said no."""
    sentence = refusal.in_words(gettext)
    fields = [FieldProblem(field=refusal.field, message=sentence)] if refusal.field else []
    return answer(_status(refusal), refusal.code, sentence, fields)


def not_found(http: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere."""
    return answer(404, "not_there", gettext("There is nothing at this address."))


def not_supported(http: HttpRequest, allowed: str) -> HttpResponse:
    """Answer a method that the address does not know."""
    response = answer(405, "method_not_allowed", gettext("This address does not answer to that method."))
    response["Allow"] = ", ".join(sorted(allowed.split(", ")))
    return response


def failed(http: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a fault of our own; the log has the particulars, the caller does not."""
    logger.error("api request failed", exc_info=exception, extra={"path": http.path})
    return answer(500, "failed", gettext("Something went wrong here; what you sent was kept where it could be."))


def _status(refusal: Refused) -> int:
    if isinstance(refusal, TooLarge):
        return 413
    if isinstance(refusal, Malformed):
        return 400
    if isinstance(refusal, NotThere):
        return 404
    return 403 if isinstance(refusal, NotAllowed) else 422


def _invalid(http: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = [FieldProblem(field=_place(each["loc"]), message=_sentence(each)) for each in error.errors]
    return answer(422, "bad_input", fields[0].message if fields else "", fields)


def _place(loc: Iterable[Any]) -> str:
    """Return the path of a field as its sender knows it: files.0.name."""
    source, *path = [str(part) for part in loc]
    # ninja puts the name of the parameter before the body's own fields.
    return ".".join(path[1:] if source == "body" and len(path) > 1 else path)


def _sentence(error: dict[str, Any]) -> str:
    text = _SENTENCES.get(error["type"])
    if text is None:
        return gettext("This value does not fit here.")
    return gettext(text) % (error.get("ctx") or {}) if "%(" in text else gettext(text)


def _unknown_caller(http: HttpRequest, error: AuthenticationError) -> HttpResponse:
    if http.method == "POST":
        turn_away(channel=Envelope.Channel.API, why=NOT_KNOWN, now=timezone.now())
    sentence = gettext("Send a valid token: Authorization: Bearer fl_...")
    response = answer(401, "not_known", sentence)
    response["WWW-Authenticate"] = 'Bearer realm="firstline"'
    return response


def _unreadable(http: HttpRequest, error: HttpError) -> HttpResponse:
    return refused(http, Malformed(_("The body is not JSON that can be read.")))


def _busy(http: HttpRequest, error: OperationalError) -> HttpResponse:
    logger.error("database did not answer", exc_info=error, extra={"path": http.path})
    response = answer(503, "busy", gettext("The desk is busy right now; please send this again in a moment."))
    response["Retry-After"] = "1"
    return response


_SENTENCES = {
    "missing": gettext_noop("Please fill this in; it is needed to go on."),
    "extra_forbidden": gettext_noop("There is no such field here."),
    "string_type": gettext_noop("This must be a text."),
    "string_too_long": gettext_noop("This text is too long; at most %(max_length)d characters fit here."),
    "string_too_short": gettext_noop("This text is too short; it needs at least %(min_length)d characters."),
    "string_nul": gettext_noop("This text holds a NUL character, which cannot be stored; please remove it."),
    "string_unicode": gettext_noop("This text holds half of a character; please type it again."),
    "string_pattern_mismatch": gettext_noop("This text does not have the form that is asked for here."),
    "int_type": gettext_noop("This must be a whole number."),
    "int_parsing": gettext_noop("This must be a whole number."),
    "int_parsing_size": gettext_noop("This number is too large."),
    "int_from_float": gettext_noop("This must be a whole number."),
    "bool_type": gettext_noop("This must be true or false."),
    "list_type": gettext_noop("This must be a list."),
    "too_long": gettext_noop("This list is too long; at most %(max_length)d items fit here."),
    "dict_type": gettext_noop("This must be an object."),
    "model_type": gettext_noop("This must be an object."),
    "model_attributes_type": gettext_noop("This must be an object."),
    "literal_error": gettext_noop("This must be one of %(expected)s."),
    "enum": gettext_noop("This must be one of %(expected)s."),
    "greater_than_equal": gettext_noop("This number must be at least %(ge)s."),
    "less_than_equal": gettext_noop("This number must be at most %(le)s."),
    "base64": gettext_noop("This is not base64."),
}
