"""The worker: does what is owed and what is due, one thing at a time, until it is told to stop.

A job's failure is its own: it is put off, and the next one follows. When nothing is owed, a pass is one
indexed question to the database.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from firstline.channels.email import driver
from firstline.commands import jobs
from firstline.core.outbox import queries
from firstline.core.outbox.models import Job
from firstline.worker import mail, timers
from firstline.worker.backend import task_of
from firstline.worker.trouble import Hopeless, TryLater, in_one_line

log = structlog.get_logger(__name__)

IDLE = 0.25
BATCH = 20
# What it writes, and that it is done, are one transaction: such a task happens exactly once.
TOGETHER = frozenset({"firstline.worker.reactions.react"})


class LeaseLost(Exception):
    """The job is somebody else's by now, so what was done for it is undone."""


class Worker:
    """One worker with a name under which it holds leases."""

    def __init__(
        self, name: str, *, lease_for: timedelta = jobs.LEASE_FOR, clock: Callable[[], datetime] = timezone.now
    ) -> None:
        self.name = name
        self.lease_for = lease_for
        self.clock = clock
        self.timers = timers.Timers()
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Let the present job end, and no other begin."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped; leases left by a predecessor of this name are returned first."""
        heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        heart.start()
        self._steadily(self._take_over)
        while not self._stopping.is_set():
            if not self._steadily(self.pass_once):
                self._steadily(self._rest)
                self._stopping.wait(IDLE)
        self._steadily(self._give_back)
        driver.leave()
        mail.leave()
        heart.join()
        connection.close()

    def pass_once(self) -> int:
        """Do the jobs that are due and the timers whose hour has come; return how many there were."""
        return self.do_due() + self.timers.tick(self.clock())

    def do_due(self) -> int:
        """Do one batch of due jobs; return how many were done or failed."""
        now = self.clock()
        if not queries.is_anything_due(now):
            return 0
        claimed = jobs.claim(worker=self.name, now=now, limit=BATCH, lease_for=self.lease_for)
        for done, job in enumerate(claimed):
            if self._stopping.is_set():
                return done
            self._do(job)
        return len(claimed)

    def _do(self, job: Job) -> None:
        try:
            if job.kind in TOGETHER:
                self._do_together(job)
            else:
                self._do_and_finish(job)
        except TryLater as later:
            with transaction.atomic():
                later.note()
                jobs.put_off(job=job, trouble=in_one_line(later), until=self.clock() + later.after)
        except Hopeless as hopeless:
            jobs.park(job=job, trouble=in_one_line(hopeless))
            log.warning("job parked", job=job.pk, kind=job.kind)
        except LeaseLost:
            log.warning("lease lost", job=job.pk, kind=job.kind)
        except Exception as failure:
            jobs.fail(job=job, trouble=in_one_line(failure), now=self.clock())
            log.warning("job failed", job=job.pk, kind=job.kind, attempt=job.attempts, error=type(failure).__name__)

    def _do_together(self, job: Job) -> None:
        with transaction.atomic():
            task_of(job).call(**job.payload)
            if not jobs.finish(job=job, now=self.clock()):
                raise LeaseLost

    def _do_and_finish(self, job: Job) -> None:
        """Do it, then write what came of it and that it is done by one commit; what was done outside stays done."""
        what_came = task_of(job).call(**job.payload)
        with transaction.atomic():
            if callable(what_came):
                what_came()
            kept = jobs.finish(job=job, now=self.clock())
        if not kept:
            log.warning("lease lost", job=job.pk, kind=job.kind)

    def _rest(self) -> int:
        driver.leave_if_idle()
        mail.rest()
        return 0

    def _take_over(self) -> int:
        return jobs.take_over(worker=self.name, now=self.clock())

    def _give_back(self) -> int:
        return jobs.give_back(worker=self.name, now=self.clock())

    def _steadily(self, deed: Callable[[], int]) -> int:
        """Do it; if the database is away, wait for its return instead of dying."""
        try:
            return deed()
        except DatabaseError as error:
            log.error("database trouble", error=type(error).__name__)
            connection.close()
            self._stopping.wait(2)
            return 0

    def _beat(self) -> None:
        """Renew the leases while a job takes long; most jobs end before the first beat."""
        while not self._stopping.wait(self.lease_for.total_seconds() / 3):
            try:
                if queries.holds_leases(self.name):
                    jobs.extend(worker=self.name, now=self.clock(), lease_for=self.lease_for)
            except DatabaseError as error:
                log.error("heartbeat missed", error=type(error).__name__)
            finally:
                connection.close()
