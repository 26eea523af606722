"""Reading a body within the desk's own limit."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils import timezone

from firstline.api.problems import Malformed, TooLarge
from firstline.commands.turning_away import TOO_LARGE, turn_away
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import _

MEGABYTE = 1024 * 1024
# Beside the attachments: texts and answers.
WORDS_LIMIT = 2 * MEGABYTE


def limit() -> int:
    """Return how many bytes a body may have: one full attachment in base64, and its words."""
    largest: int = settings.ATTACHMENT_LIMIT
    return largest * 4 // 3 + WORDS_LIMIT


def read(http: HttpRequest) -> None:
    """Read the body into the request; raises TooLarge, Malformed.

    Django's own limit is for forms and would refuse an attachment, so it is not asked.
    """
    if _announced(http) > limit():
        turn_away(channel=Envelope.Channel.API, why=TOO_LARGE, now=timezone.now())
        raise TooLarge(
            _("This is too large: attachments may have %(limit)d MB in all."),
            field="files", limit=settings.ATTACHMENT_LIMIT // MEGABYTE,
        )  # fmt: skip
    try:
        http._body = http.read()
    except UnreadablePostError as error:
        raise Malformed(_("The body broke off before its end.")) from error


def _announced(http: HttpRequest) -> int:
    try:
        return int(http.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
