"""Do what is owed and what is due: letters, timers, retries; any number of these may run."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import socket
from types import FrameType

from django.conf import settings
from django.db import connections

from firstline.cli import prepare
from firstline.cli.processes import spare_memory

_EXAMPLE = """example:
  DATABASE_URL=postgresql://firstline@db/firstline firstline worker
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline worker`."""
    parser.epilog = _EXAMPLE


def run(options: argparse.Namespace) -> int:
    """Work until told to stop; return the exit status."""
    prepare.prepare()
    spare_memory()
    load()
    return work(own_name())


def own_name() -> str:
    """Return a name that no other worker has, for this one and whoever takes its place in the same tree."""
    return f"{socket.gethostname()[:36]}:{os.getpid()}:{secrets.token_hex(4)}"


def load() -> None:
    """Load everything that work needs, so that processes forked from this one share it."""
    from firstline.worker import deliveries, loop, reactions

    assert deliveries and loop and reactions  # noqa: PT018
    connections.close_all()


def work(name: str) -> int:
    """Work under this name until told to stop; return the exit status."""
    from firstline.worker.loop import Worker

    worker = Worker(name, lease_for=settings.LEASE_FOR)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
    return 0
