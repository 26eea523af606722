"""Who calls: the bearer token, the person it speaks for, and the scopes it carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from firstline.api import bodies
from firstline.api.problems import ScopeMissing
from firstline.commands.setup import tokens as token_commands
from firstline.core.kernel.refusals import _
from firstline.core.people import tokens
from firstline.core.people.models import Token
from firstline.core.people.rights import Scope, scope_of


@dataclass(frozen=True)
class Caller:
    """A program, and the person it speaks for."""

    token: Token

    @property
    def person_id(self) -> int:
        return self.token.person_id

    @cached_property
    def scope(self) -> Scope:
        """What the person's roles reach; one query, once a request."""
        return scope_of(self.token.person_id)


class Bearer(HttpBearer):
    """Lets a request in if its token is live and carries the scope the operation needs."""

    def __init__(self, scope: str | None = None) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, http: HttpRequest, secret: str) -> Caller | None:
        """Return the caller, or None if the token is unknown, expired or ended; raises ScopeMissing."""
        now = timezone.now()
        token = tokens.live(secret, now)
        if token is None:
            return None
        if self.scope is not None and self.scope not in token.scopes:
            raise ScopeMissing(_("This token lacks the scope %(scope)s."), scope=self.scope)
        token_commands.mark_used(token=token, now=now)
        # Only now: what a stranger sends is not read.
        bodies.read(http)
        return Caller(token)


if TYPE_CHECKING:

    class Http(HttpRequest):
        """A request that was let in."""

        auth: Caller
else:
    Http = HttpRequest
