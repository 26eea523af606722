"""Links that let a person without an account into one ticket, and into nothing else.

A link names the ticket and the person and is signed with the desk's key (HMAC-SHA-256), so none is stored and none can
be guessed. It reads; what changes anything asks for a further press of a button, because mail scanners open links.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from django.core import signing

from firstline.core.kernel.refusals import NotThere, _

LASTS_FOR = timedelta(days=180)
_SALT = "firstline.ticket-link"
_LEAVING = "firstline.leaving"


class Let(NamedTuple):
    """Whom a link lets into which ticket."""

    ticket_id: int
    person_id: int


def token_for(*, ticket_id: int, person_id: int) -> str:
    """Return the token that lets this person into this ticket for LASTS_FOR from now."""
    return signing.dumps([ticket_id, person_id], salt=_SALT, compress=False)


def read(token: str) -> Let:
    """Return whom `token` lets into which ticket; raises NotThere if it is forged or too old."""
    return _let(lambda: signing.loads(token, salt=_SALT, max_age=LASTS_FOR))


def leaving_token_for(*, ticket_id: int, person_id: int) -> str:
    """Return the token by which this person follows the ticket no more: always the same, it opens nothing and lasts."""
    return signing.Signer(salt=_LEAVING).sign_object([ticket_id, person_id])


def read_leaving(token: str) -> Let:
    """Return who wants to leave which ticket; raises NotThere if the token is forged."""
    return _let(lambda: signing.Signer(salt=_LEAVING).unsign_object(token))


def _let(opened: Callable[[], Any]) -> Let:
    try:
        ticket_id, person_id = opened()
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotThere(_("This link is not valid any more. Open the newest letter about the request.")) from error
    return Let(int(ticket_id), int(person_id))
