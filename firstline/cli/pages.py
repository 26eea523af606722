"""Serving pages and the API over WSGI: granian with a few workers on one port."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

from firstline.cli.processes import die_with_parent
from firstline.core.kernel.refusals import BadInput

WORKERS = 2
# Each thread holds a database connection, so both are few: what is more waits its turn in the socket.
THREADS = 4
WAITING = 32
# Seconds after which a thread that computes lets another have the interpreter. A request gives it up with every
# statement, and with Python's usual 5 ms it would wait that long to get it back, holding its transaction open.
SWITCH = 0.0005


def load() -> None:
    """Load everything that answers requests, so that processes forked from this one share it."""
    _loaded()
    _walk(get_resolver().url_patterns)
    connections.close_all()


def serve(host: str, port: int, workers: int = WORKERS) -> int:
    """Answer requests until told to stop; return an exit status."""
    from granian.constants import HTTPModes, Interfaces
    from granian.server import Server

    server = Server(
        "firstline.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backpressure=WAITING,
        http=HTTPModes.http1,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=8,
        log_enabled=False,
    )
    parent = os.getpid()

    def application(_target: str) -> Callable[..., Any]:
        # In the new worker: it must not outlive its parent, or it would keep the port from the next one.
        die_with_parent(parent, signal.SIGKILL)
        sys.setswitchinterval(SWITCH)
        return _loaded()

    server.serve(target_loader=application)
    return 0


def must_be_free(host: str, port: int) -> None:
    """Raise BadInput unless one can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            why = error.strerror
            raise BadInput(f"Cannot listen on {host}:{port} ({why}); choose another with --port.") from error


@cache
def _loaded() -> Callable[..., Any]:
    return get_wsgi_application()


def _walk(patterns: list[Any]) -> None:
    for pattern in patterns:
        _walk(getattr(pattern, "url_patterns", []))
