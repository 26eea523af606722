"""Secrets at rest: sealed with a key that lies beside the database and not in it, opened only where they are used."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from firstline.core.kernel.refusals import Refused, _


class Unopened(Refused):
    """The secret was sealed with another key than the desk has now."""


def seal(secret: str, key: str) -> str:
    """Return `secret` sealed (AES-128-CBC with HMAC, as Fernet has it), as text; "" stays ""."""
    return _box(key).encrypt(secret.encode()).decode("ascii") if secret else ""


def opened(sealed: str, key: str) -> str:
    """Return what was sealed with this key; raises Unopened if it was another key, or the text was changed."""
    if not sealed:
        return ""
    try:
        return _box(key).decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise Unopened(_("This secret was sealed with another key; please enter it again.")) from error


@lru_cache(maxsize=4)
def _box(key: str) -> Fernet:
    # A key of its own, so that what the desk signs with its secret key tells nothing about this one.
    own = HKDF(hashes.SHA256(), length=32, salt=None, info=b"firstline: secrets at rest").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(own))
