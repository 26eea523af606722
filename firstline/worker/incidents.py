"""What a major incident owes its children, some at a time: each child is a transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import structlog
from django.utils import timezone
from django_tasks import task

from firstline.commands.incidents import children, statuses
from firstline.core.incidents.models import MajorIncident
from firstline.core.kernel.refusals import Refused

log = structlog.get_logger(__name__)


@task
def adopt(major: int, tickets: list[int], by: int | None) -> None:
    """Adopt these tickets; one that cannot be adopted (it was solved meanwhile, say) stays by itself."""
    for ticket in tickets:
        try:
            children.adopt(major_id=major, child_id=ticket, by_id=by, now=timezone.now())
        except Refused as refusal:
            log.info("not adopted", major=major, ticket=ticket, why=refusal.code)


@task
def tell(major: int, child: int) -> None:
    """Tell a new child what was told last."""
    told = MajorIncident.objects.get(pk=major)
    if told.ended_at is None:
        statuses.tell_child(
            major_id=major, number=told.told, child_id=child, by_id=told.commander_id, now=timezone.now()
        )


@task
def spread(major: int, number: int, after: int, by: int, cause: str | None) -> Callable[[], object] | None:
    """Tell a status to the next children, or solve them with these words; return the owing of those behind them."""
    ids = statuses.next_children(major_id=major, after=after)
    for child in ids:
        _reach(major, number, child, by, cause)
    if not ids:
        return None
    told = MajorIncident.objects.get(pk=major)
    return partial(
        statuses.owe_spreading, told, number, by_id=by, now=timezone.now(), after=ids[-1], cause=cause
    )  # fmt: skip


def _reach(major: int, number: int, child: int, by: int, cause: str | None) -> None:
    now = timezone.now()
    try:
        if cause is None:
            statuses.tell_child(major_id=major, number=number, child_id=child, by_id=by, now=now)
        else:
            children.resolve_child(
                major_id=major, number=number, child_id=child, by_id=by, cause=cause, now=now
            )  # fmt: skip
    except Refused as refusal:
        log.warning("child not reached", major=major, ticket=child, why=refusal.code)
