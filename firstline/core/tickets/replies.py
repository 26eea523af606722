"""Tokens by which an answer finds its ticket: in the address a letter asks to be answered to, and hidden in its text.

A token names a ticket and a person and is signed with the desk's key (128 bits of HMAC-SHA-256), so none is stored
and none can be guessed. It is spelled in letters that survive a mail server which folds the case of an address.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

from firstline.core.tickets.links import Let

_SALT = "firstline.reply-token"
_BYTES = 16
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"(?<![0-9a-z])r-([0-9a-z]{1,13})-([0-9a-z]{1,13})-([a-z2-7]{26})(?![0-9a-z])")
# What is searched, and how many that look like one are tried: enough for any quoted letter, whatever the mail's size.
_SEARCHED, _TRIED = 2_000_000, 20
# The most that stands before the @ (RFC 5321).
_LOCAL_PART = 64


def token_for(*, ticket_id: int, person_id: int) -> str:
    """Return the token by which this person's answers find this ticket."""
    return f"r-{_spelled(ticket_id)}-{_spelled(person_id)}-{_mark(ticket_id, person_id, settings.SECRET_KEY)}"


def reply_address(address: str, *, ticket_id: int, person_id: int) -> str:
    """Return `address` with the token after a plus, or as it is where that would be too long for mail."""
    local, _, domain = address.rpartition("@")
    local = f"{local}+{token_for(ticket_id=ticket_id, person_id=person_id)}"
    return f"{local}@{domain}" if len(local) <= _LOCAL_PART else address


def in_address(address: str) -> Let | None:
    """Return whom the token in an address lets into which ticket; None without one, and for a forged one."""
    plus = address.rpartition("@")[0].partition("+")[2]
    return next(in_text(plus), None) if plus else None


def in_text(text: str) -> Iterator[Let]:
    """Yield what the tokens in a text name, in the order they stand; forged ones are passed over."""
    for tried, found in enumerate(_TOKEN.finditer(text[:_SEARCHED].lower())):
        if tried >= _TRIED:
            return
        ticket_id, person_id = int(found[1], 36), int(found[2], 36)
        if any(hmac.compare_digest(found[3], _mark(ticket_id, person_id, key)) for key in _keys()):
            yield Let(ticket_id, person_id)


def _keys() -> list[str | bytes]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _mark(ticket_id: int, person_id: int, key: str | bytes) -> str:
    signed = salted_hmac(_SALT, f"{ticket_id}.{person_id}", secret=key, algorithm="sha256").digest()
    return base64.b32encode(signed[:_BYTES]).decode("ascii").rstrip("=").lower()


def _spelled(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
