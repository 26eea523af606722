"""How often forms may be sent, so that nobody's mailbox can be bombed through them."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from firstline.commands import turning_away
from firstline.commands.turning_away import turn_away
from firstline.core.intake.models import Envelope
from firstline.core.kernel.refusals import Refused, _


class TooOften(Refused):
    """The form was sent too often; the text says by whom and what to do."""


class _Limit(NamedTuple):
    most: int
    seconds: int


_HOUR, _DAY = 3600, 86_400
PER_ADDRESS = (_Limit(4, _HOUR), _Limit(12, _DAY))
PER_MACHINE = (_Limit(30, _HOUR),)
PER_PERSON = (_Limit(60, _HOUR),)


def spend_as_guest(http: HttpRequest, mail_key: str) -> None:
    """Count one sending to this mail address from this machine; raises TooOften."""
    _spend(
        "machine",
        _machine(http),
        PER_MACHINE,
        _("Many requests came from your network in the last hour. Sign in, or wait an hour."),
    )
    _spend(
        "mail",
        mail_key,
        PER_ADDRESS,
        _("Several requests came with this mail address already. Sign in, answer in one of them, or wait a while."),
    )


def spend_as_person(person_id: int) -> None:
    """Count one sending by somebody signed in; raises TooOften."""
    _spend(
        "person", str(person_id), PER_PERSON, _("You sent very many requests in the last hour. Please wait a while.")
    )


def _spend(what: str, who: str, limits: tuple[_Limit, ...], sentence: str) -> None:
    digest = hashlib.sha256(who.encode()).hexdigest()[:32]
    for limit in limits:
        key = f"form-limit:{what}:{limit.seconds}:{digest}"
        cache.add(key, 0, limit.seconds)
        if cache.incr(key) > limit.most:
            turn_away(channel=Envelope.Channel.FORM, why=turning_away.TOO_OFTEN, now=timezone.now())
            raise TooOften(sentence)


def _machine(http: HttpRequest) -> str:
    if settings.SECURE_PROXY_SSL_HEADER:
        return http.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(http.META.get("REMOTE_ADDR", ""))
