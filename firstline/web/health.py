"""Whether this desk can be sent requests: asked by load balancers and watchdogs, answered in one line."""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from firstline.core.outbox import queries

# Owed work that nobody claims for so long means that no worker runs.
LATE = timedelta(minutes=5)


@never_cache
@require_safe
def live(http: HttpRequest) -> HttpResponse:
    """Say that this process answers."""
    return _said("ok", 200)


@never_cache
@require_safe
def ready(http: HttpRequest) -> HttpResponse:
    """Say ok, or with 503 what is missing: the database, or somebody who does what is owed."""
    now = timezone.now()
    try:
        since = queries.owed_since(now)
    except DatabaseError:
        return _said("no database", 503)
    if since is not None and now - since > LATE:
        return _said("no worker", 503)
    return _said("ok", 200)


def _said(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain", status=status)
