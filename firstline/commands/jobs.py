"""Owed work as it is done: claimed under a lease, finished, put off, parked, taken up again, forgotten.

A job is run at least once: whoever does it may be killed at any instant, so the deed itself must bear
being done twice. The rules are those of docs/adr/0020-processes.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import transaction
from django.db.models import F, QuerySet

from firstline.core.kernel.refusals import NotAllowed, NotThere, Refused, _
from firstline.core.outbox.models import Job
from firstline.core.people.rights import scope_of

LEASE_FOR = timedelta(seconds=30)
PARK_AFTER = 8
KEEP_DONE_FOR = timedelta(days=7)
_FIRST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)

State = Job.State


class NotParked(Refused):
    """Only parked work waits for somebody to try it again."""


@transaction.atomic
def claim(*, worker: str, now: datetime, limit: int = 10, lease_for: timedelta = LEASE_FOR) -> list[Job]:
    """Lease to `worker` the jobs that are due, longest due first; nobody else gets them meanwhile.

    A job that was tried before comes alone: should it kill its worker again, it takes no others along.
    """
    due = Job.objects.select_for_update(skip_locked=True).filter(state=State.WAITING, run_at__lte=now)
    found = list(due.order_by("run_at", "id")[:limit])
    found = list(takewhile(lambda job: job.attempts == 0, found)) or found[:1]
    until = now + lease_for
    Job.objects.filter(pk__in=[job.pk for job in found], state=State.WAITING).update(
        state=State.LEASED, worker=worker, lease_until=until, attempts=F("attempts") + 1
    )
    for job in found:
        job.state, job.worker, job.lease_until, job.attempts = State.LEASED, worker, until, job.attempts + 1
    return found


def finish(*, job: Job, now: datetime) -> bool:
    """Mark the job done, unless its lease ran out and it is somebody else's by now."""
    return bool(_ours(job).update(state=State.DONE, done_at=now, lease_until=None, trouble=""))


def done_elsewhere(*, keys: Collection[str], now: datetime) -> None:
    """Let jobs rest that nobody has claimed, because what they owed was done beside them."""
    Job.objects.filter(key__in=keys, state=State.WAITING).update(state=State.DONE, done_at=now)


def fail(*, job: Job, trouble: str, now: datetime, park_after: int = PARK_AFTER) -> bool:
    """Put a failed job off, ever longer; park it for a human to see after `park_after` attempts."""
    if job.attempts >= park_after:
        return bool(_ours(job).update(state=State.PARKED, lease_until=None, trouble=trouble))
    return put_off(job=job, trouble=trouble, until=now + pause_after(job.attempts))


def put_off(*, job: Job, trouble: str, until: datetime) -> bool:
    """Let a leased job wait until an instant, however often it was tried."""
    return bool(_ours(job).update(state=State.WAITING, run_at=until, worker="", lease_until=None, trouble=trouble))


def hasten(*, kind: str, now: datetime) -> int:
    """Let all jobs of a kind that were put off go on now, because what they waited for is there again.

    One that was never tried waits for its own hour: a letter that can still be taken back must not leave before.
    """
    put_off = Job.objects.filter(kind=kind, state=State.WAITING, run_at__gt=now).exclude(trouble="")
    return put_off.update(run_at=now)


def park(*, job: Job, trouble: str) -> bool:
    """Take a leased job out of the queue until a human has looked at it."""
    return bool(_ours(job).update(state=State.PARKED, lease_until=None, trouble=trouble))


def extend(*, worker: str, now: datetime, lease_for: timedelta = LEASE_FOR) -> int:
    """Renew every lease of a worker that is alive and busy."""
    return Job.objects.filter(state=State.LEASED, worker=worker).update(lease_until=now + lease_for)


def give_back(*, worker: str, now: datetime) -> int:
    """Return to the queue what a worker that stops has claimed and not begun; that was no attempt."""
    held = Job.objects.filter(state=State.LEASED, worker=worker)
    return held.update(state=State.WAITING, run_at=now, worker="", lease_until=None, attempts=F("attempts") - 1)


def take_over(*, worker: str, now: datetime) -> int:
    """Return to the queue what a worker held when it died, without waiting for its leases: this is its successor."""
    held = Job.objects.filter(state=State.LEASED, worker=worker)
    return _returned(held.values_list("pk", "attempts"), now)


def reap(*, now: datetime, limit: int = 200) -> int:
    """Return jobs whose worker fell silent to the queue; a job that silences every worker is parked."""
    lost = Job.objects.filter(state=State.LEASED, lease_until__lt=now)
    return _returned(lost.values_list("pk", "attempts")[:limit], now)


def prune(*, now: datetime, limit: int = 500) -> int:
    """Forget jobs done a week ago; what they did stands elsewhere."""
    old = Job.objects.filter(state=State.DONE, done_at__lt=now - KEEP_DONE_FOR).order_by("done_at")
    gone = list(old.values_list("pk", flat=True)[:limit])
    if gone:
        Job.objects.filter(pk__in=gone).delete()
    return len(gone)


def retry(*, job_id: int, by_id: int | None, now: datetime) -> None:
    """Try parked work again from its first attempt on; by an administrator, or None at the command line."""
    if by_id is not None and not scope_of(by_id).administrator:
        raise NotAllowed(_("Parked work is tried again by an administrator."))
    if not Job.objects.filter(pk=job_id).exists():
        raise NotThere(_("There is no such job."))
    if not Job.objects.filter(pk=job_id, state=State.PARKED).update(state=State.WAITING, run_at=now, attempts=0):
        raise NotParked(_("This job is not parked."))


def pause_after(attempts: int) -> timedelta:
    """Return how long a job rests after its n-th failed attempt: 5 seconds, doubled each time, an hour at most."""
    return min(_FIRST_PAUSE * (1 << min(attempts - 1, 20)), _LONGEST_PAUSE)


def _ours(job: Job) -> QuerySet[Job]:
    # The attempt is the fence: a lease that ran out and was claimed anew is another attempt.
    return Job.objects.filter(pk=job.pk, state=State.LEASED, worker=job.worker, attempts=job.attempts)


def _returned(held: Iterable[tuple[int, int]], now: datetime) -> int:
    rows = list(held)
    for pk, attempts in rows:
        mine = Job.objects.filter(pk=pk, state=State.LEASED, attempts=attempts)
        if attempts >= PARK_AFTER:
            mine.update(state=State.PARKED, lease_until=None, trouble="its worker fell silent each time")
        else:
            mine.update(state=State.WAITING, run_at=now, worker="", lease_until=None)
    return len(rows)
