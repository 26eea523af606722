"""Tokens with which programs speak for a person: what each may do, how they are compared, finding a live one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db.models import Q

from firstline.core.people.models import Token

READ = "tickets:read"
REGISTER = "tickets:register"
REPLY = "tickets:reply"
WORK = "tickets:work"

SCOPES = (READ, REGISTER, REPLY, WORK)


def digest_of(secret: str) -> str:
    """Return the hex SHA-256 under which a token is kept; the token itself is kept nowhere."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def live(secret: str, now: datetime) -> Token | None:
    """Return the token that `secret` is, unless it or its person has ended; one query."""
    unended = Q(expires_at=None) | Q(expires_at__gt=now)
    return Token.objects.filter(unended, digest=digest_of(secret), ended_at=None, person__ended_at=None).first()
