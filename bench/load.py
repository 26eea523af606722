"""A web server of the desk's own, and clients that ask it one thing after another."""

from __future__ import annotations

import http.client
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bench.databases import ROOT, Seeded

Ask = Callable[[int], tuple[str, str, bytes | None, dict[str, str]]]


@dataclass(frozen=True)
class Timing:
    """What a load showed: answers a second, and milliseconds of the median and of the 95th in a hundred."""

    rate: float
    p50: float
    p95: float


@contextmanager
def server(database: Seeded, *, workers: int = 2) -> Iterator[int]:
    """Serve the database by `firstline web` and yield its port."""
    port = _free_port()
    command = [sys.executable, "-m", "firstline", "web", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        command, env=database.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def timed(port: int, ask: Ask, *, clients: int, requests: int) -> Timing:
    """Ask `requests` things by that many clients at once; `ask(n)` gives method, path, body and headers of the n-th.

    Raises RuntimeError when an answer is not a success: a wrong page served fast is no figure.
    """
    took: list[float] = []
    troubles: list[str] = []
    turns = iter(range(requests))
    lock = threading.Lock()

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                number = next(turns, None)
            if number is None or troubles:
                return
            method, path, body, headers = ask(number)
            began = time.perf_counter()
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status not in (200, 201):
                troubles.append(f"{method} {path} answered {answer.status}")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise RuntimeError(troubles[0])
    return Timing(requests / (time.perf_counter() - began), _ms(took, 50), _ms(took, 95))


def _ms(took: Sequence[float], percent: int) -> float:
    return statistics.quantiles(took, n=100)[percent - 1] * 1000


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not start within 30 s.")
