"""Registering by API: requests a second with one and eight clients, on both databases, beside plain SQL.

    python -m bench.api [--postgresql | --sqlite] [--share 0.5]

The desk is served by `firstline web` (granian, WSGI, two workers) from a data folder made for it; SQLite
waits for the disk with every commit, and so does PostgreSQL.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = {1: 400, 8: 1600}
TEXT = "The cash register in hall 3 prints nothing since this morning; restarting it did not help. " * 3


def measure(databases: tuple[str, ...] = ("sqlite", "postgresql"), share: float = 1.0) -> dict[str, float]:
    """Return requests a second, p50 and p95 in ms, statements, and the rate of the same rows in plain SQL."""
    rows: dict[str, float] = {}
    for database in databases:
        with _place(database) as environment:
            command = [sys.executable, "-m", "bench.api", "--here", "--share", str(share)]
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True)
            found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        rows |= {f"{database}, {name}": value for name, value in found.items()}
    return rows


@contextlib.contextmanager
def _place(database: str) -> Iterator[dict[str, str]]:
    from scripts import with_postgres

    with tempfile.TemporaryDirectory(prefix="firstline-bench-api-") as folder:
        environment = {**os.environ, "FIRSTLINE_DATA": folder, "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
        environment.pop("DATABASE_URL", None)
        if database == "sqlite":
            yield environment
            return
        with with_postgres.server(durable=True) as url:
            yield {**environment, "DATABASE_URL": url}


def _here(share: float) -> dict[str, float]:
    """Measure on the database of this process's environment."""
    import django

    django.setup()
    from bench import api_desk

    secret, requester = api_desk.make()
    statements = api_desk.statements(secret)
    found: dict[str, float] = {"statements of one registration": statements, **api_desk.plain()}
    with _served() as port:
        _drive(port, secret, requester, clients=2, requests=60)  # both workers awake, openings unfolded
        for clients, requests in CLIENTS.items():
            name = f"{clients} client{'s' * (clients > 1)}"
            took, spans = _drive(port, secret, requester, clients, max(int(requests * share), clients))
            found[f"{name}, requests/s"] = len(spans) / took
            for share_of, label in ((0.5, "p50"), (0.95, "p95")):
                found[f"{name}, {label} ms"] = 1000 * spans[int(share_of * (len(spans) - 1))]
    return found


@contextlib.contextmanager
def _served() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "firstline", "web", "--port", str(port), "--workers", "2"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    try:
        _await(port)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _await(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise SystemExit("The server did not come up within 30 seconds.")


def _drive(port: int, secret: str, requester: int, clients: int, requests: int) -> tuple[float, list[float]]:
    """Send `requests` registrations over `clients` connections; return the seconds it took and each one's span."""
    spans: list[list[float]] = [[] for _ in range(clients)]
    ready = threading.Barrier(clients + 1)
    payload = _payload(secret, requester)

    def work(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ready.wait()
            for _ in range(requests // clients):
                began = time.perf_counter()
                _exchange(connection, payload)
                spans[number].append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began, sorted(span for each in spans for span in each)


def _payload(secret: str, requester: int) -> bytes:
    body = json.dumps({"subject": "Printer", "text": TEXT, "service": "service-3", "requester": {"id": requester}})
    head = (
        "POST /api/v1/tickets HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {secret}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def _exchange(connection: socket.socket, payload: bytes) -> None:
    connection.sendall(payload)
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < int(length.split(b":")[1]):
        body += connection.recv(65536)
    if b" 201 " not in head.split(b"\r\n")[0]:
        raise SystemExit(f"A registration was refused: {head.decode()} {body.decode()}")


def main() -> None:
    """Measure what the arguments name, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of requests")
    options = parser.parse_args()
    if options.here:
        print(json.dumps(_here(options.share)))
        return
    chosen: dict[str, Any] = {"sqlite": options.sqlite, "postgresql": options.postgresql}
    databases = tuple(name for name, wanted in chosen.items() if wanted or not any(chosen.values()))
    for name, value in measure(databases, options.share).items():
        print(f"{name:<60} {value:>10,.1f}")


if __name__ == "__main__":
    main()
