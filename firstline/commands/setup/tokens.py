"""Keys for programs: given to a person within scopes, marked as used, ended."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from firstline.core.journal.append import append
from firstline.core.kernel import written
from firstline.core.kernel.refusals import BadInput, NotAllowed, NotThere, _
from firstline.core.people.models import Person, Token
from firstline.core.people.rights import scope_of
from firstline.core.people.tokens import SCOPES, digest_of

# How stale `used_at` may be: a busy program must not cost a write with every request.
MARKED_EVERY = timedelta(minutes=1)


@transaction.atomic
def give_token(
    *, person_id: int, by_id: int | None, name: str, scopes: Sequence[str], now: datetime,
    expires_at: datetime | None = None,
) -> tuple[Token, str]:  # fmt: skip
    """Make a token and return it with its secret, which nobody can read again.

    scopes  some of people.tokens.SCOPES; the person's own rights bound them further
    by_id   the person themselves, an administrator, or None for the desk (the command line)
    raises  BadInput, NotThere, NotAllowed; then nothing is written
    """
    if not Person.objects.filter(pk=person_id, ended_at=None).exists():
        raise NotThere(_("There is no such person."), field="person")
    _may(by_id, person_id)
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        known = ", ".join(SCOPES)
        raise BadInput(_("A token needs scopes, each one of: %(known)s."), field="scopes", known=known)
    if expires_at is not None and expires_at <= now:
        raise BadInput(_("Name a time that lies ahead."), field="expires_at")
    secret = f"fl_{secrets.token_urlsafe(32)}"
    token = Token(
        person_id=person_id, name=written.line(name, field="name", limit=100), digest=digest_of(secret),
        scopes=sorted(set(scopes)), made_at=now, expires_at=expires_at,
    )  # fmt: skip
    token.save(force_insert=True)
    facts = {"person": person_id, "scopes": token.scopes}
    append(_chain(token), "token given", by_id=by_id, at=now, recorded_at=now, facts=facts, new=True)
    return token, secret


@transaction.atomic
def end_token(*, token_id: int, by_id: int | None, now: datetime) -> Token:
    """End a token at once; ended again it stays as it was. Raises NotThere."""
    token = Token.objects.select_for_update().filter(pk=token_id).first()
    if token is None:
        raise NotThere(_("There is no such token."))
    _may(by_id, token.person_id)
    if token.ended_at is None:
        token.ended_at = now
        token.save(update_fields=["ended_at"])
        append(_chain(token), "token ended", by_id=by_id, at=now, recorded_at=now, facts={})
    return token


def mark_used(*, token: Token, now: datetime) -> None:
    """Remember that a token was used, at most once a minute."""
    if token.used_at is not None and now - token.used_at < MARKED_EVERY:
        return
    stale = Q(used_at=None) | Q(used_at__lte=now - MARKED_EVERY)
    Token.objects.filter(stale, pk=token.pk).update(used_at=now)


def _may(by_id: int | None, person_id: int) -> None:
    if by_id not in (None, person_id) and not scope_of(by_id).administrator:
        raise NotAllowed(_("Only an administrator may manage the tokens of others."), field="person")


def _chain(token: Token) -> str:
    return f"token:{token.pk}"
