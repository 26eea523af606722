"""Do what is owed and what is due, and fetch mail; any number of these may run."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable
from types import FrameType

from django.conf import settings
from django.db import connections
from django.utils import timezone

from firstline.cli import prepare
from firstline.cli.processes import Child, Tree, spare_memory
from firstline.commands import jobs
from firstline.core.outbox import queries

_EXAMPLE = """example:
  DATABASE_URL=postgresql://firstline@db/firstline firstline worker
  firstline worker --parked                what no worker could do, and why
  firstline worker --retry 17              try it again, after mending what was wrong
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline worker`."""
    parser.epilog = _EXAMPLE
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--parked", action="store_true", help="list parked jobs and late letters instead of working")
    instead.add_argument("--retry", metavar="JOB", type=int, help="try a parked job again instead of working")


def run(options: argparse.Namespace) -> int:
    """Work until told to stop; return the exit status. Raises NotThere or NotParked for a job to be tried again."""
    if options.retry is not None:
        jobs.retry(job_id=options.retry, by_id=None, now=timezone.now())
        print(f"Job {options.retry} is tried again.")
        return 0
    if options.parked:
        return _show()
    prepare.prepare()
    spare_memory()
    load()
    return Tree(children(), said=lambda words: print(f"firstline: {words}", file=sys.stderr, flush=True)).run()


def children() -> list[Child]:
    """Return the processes that work: one does what is owed and due, one reads the mailboxes."""
    name = own_name()
    return [Child("worker", lambda: work(name)), Child("receiver", lambda: receive(name))]


def own_name() -> str:
    """Return a name that no other worker has, for this one and whoever takes its place in the same tree."""
    return f"{socket.gethostname()[:36]}:{os.getpid()}:{secrets.token_hex(4)}"


def load() -> None:
    """Load everything that work needs, so that processes forked from this one share it."""
    from firstline.worker import deliveries, loop, reactions, receiver

    assert deliveries and loop and reactions and receiver  # noqa: PT018
    connections.close_all()


def work(name: str) -> int:
    """Work under this name until told to stop; return the exit status."""
    from firstline.worker.loop import Worker

    worker = Worker(name, lease_for=settings.LEASE_FOR)
    _until_told(worker.stop)
    worker.run()
    return 0


def receive(name: str) -> int:
    """Read the mailboxes under this name until told to stop; return the exit status."""
    from firstline.worker.receiver import Receiver

    receiver = Receiver(name)
    _until_told(receiver.stop)
    receiver.run()
    return 0


def _until_told(stop: Callable[[], None]) -> None:
    def told(_signal: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)


def _show() -> int:
    parked = list(queries.parked())
    for job in parked:
        print(f"job {job.pk}  {job.kind}  {job.attempts} attempts  {job.trouble}")
    late = list(queries.late_letters())
    for letter in late:
        print(f"letter {letter.pk}  {letter.kind}  {letter.attempts} attempts  {letter.trouble}")
    print(f"{len(parked)} jobs are parked, {len(late)} letters are late.")
    return 0
