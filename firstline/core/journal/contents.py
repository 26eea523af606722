"""Texts beside the journal: the text is kept here, only its salted digest goes under the seal."""

from __future__ import annotations

import hashlib
import secrets

from firstline.core import rows
from firstline.core.journal.models import Content

SALT_BYTES = 16


def salt() -> bytes:
    """Return a new salt; without it nobody can test guesses against a digest."""
    return secrets.token_bytes(SALT_BYTES)


def digest_of(salt: bytes, text: str) -> str:
    """Return the hex SHA-256 of salt and text."""
    return hashlib.sha256(bytes(salt) + text.encode("utf-8", "surrogatepass")).hexdigest()


def sealed(text: str) -> Content:
    """Return an unsaved Content of `text` with a fresh salt; a command saves it."""
    fresh = salt()
    return Content(digest=digest_of(fresh, text), salt=fresh, text=text)


def keep(text: str) -> Content:
    """Save `text` and return its Content; to be called by commands only, in their transaction."""
    content = sealed(text)
    rows.add(content)
    return content


def keep_if_any(text: str) -> Content | None:
    """Save `text` unless it is blank."""
    return keep(text) if text.strip() else None
