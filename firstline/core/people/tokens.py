"""Tokens with which programs speak for a person: what each may do, how they are compared, finding a live one."""

from __future__ import annotations

import hashlib
from datetime import datetime

from firstline.core import rows
from firstline.core.kernel.prepared import Prepared
from firstline.core.people.models import Token

READ = "tickets:read"
REGISTER = "tickets:register"
REPLY = "tickets:reply"
WORK = "tickets:work"

SCOPES = (READ, REGISTER, REPLY, WORK)

# Written out, for every request of every program asks it: the ORM takes ten times as long to put it together.
_UNENDED = Prepared(f"""
SELECT {rows.columns(Token, "token")}
FROM people_token token JOIN people_person person ON person.id = token.person_id
WHERE token.digest = %s AND token.ended_at IS NULL AND person.ended_at IS NULL
""")


def digest_of(secret: str) -> str:
    """Return the hex SHA-256 under which a token is kept; the token itself is kept nowhere."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def live(secret: str, now: datetime) -> Token | None:
    """Return the token that `secret` is, unless it or its person has ended; one query."""
    found = rows.read([Token], _UNENDED, [digest_of(secret)])
    token: Token | None = found[0][0] if found else None
    return None if token is None or (token.expires_at and token.expires_at <= now) else token
