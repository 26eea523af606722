"""A web server of the desk's own, and clients that ask it one thing after another."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psutil

from bench.databases import ROOT, Database


@dataclass(frozen=True)
class Timing:
    """What a load showed: answers a second, and milliseconds of the median and of the 95th in a hundred."""

    rate: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Server:
    """A served database: its port, and the processes that serve it."""

    port: int
    process: psutil.Process

    def seconds(self) -> float:
        """Return the processor time its processes have used so far."""
        tree = [self.process, *self.process.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in tree)


@contextmanager
def server(database: Database, *, workers: int = 2) -> Iterator[Server]:
    """Serve the database by `firstline web`."""
    port = free_port()
    command = [sys.executable, "-m", "firstline", "web", "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(
        command, env=database.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield Server(port, psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait(20)


def question(method: str, path: str, headers: Mapping[str, str], body: str = "") -> bytes:
    """Return a whole HTTP request as bytes."""
    told = {"Host": "127.0.0.1", **headers, "Content-Length": str(len(body.encode()))}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def timed(port: int, ask: Callable[[int], bytes], *, clients: int, requests: int) -> Timing:
    """Ask `requests` things by that many clients at once; `ask(n)` gives the n-th, as `question` makes it.

    Each client keeps one connection, and writes and reads it by hand: a library's client costs more than
    some of the answers. Raises RuntimeError when an answer is not a success: a wrong page fast is no figure.
    """
    took: list[float] = []
    troubles: list[str] = []
    turns = iter(range(requests))
    lock = threading.Lock()

    def client() -> None:
        with socket.create_connection(("127.0.0.1", port), 60) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not troubles:
                with lock:
                    number = next(turns, None)
                if number is None:
                    return
                asked = ask(number)
                began = time.perf_counter()
                status, answer = _exchanged(connection, asked)
                took.append(time.perf_counter() - began)
                if status not in (200, 201):
                    troubles.append(f"{asked.splitlines()[0]!r} answered {status}: {answer[:300]!r}")

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise RuntimeError(troubles[0])
    return Timing(len(took) / (time.perf_counter() - began), _ms(took, 50), _ms(took, 95))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int, path: str = "/health/live") -> None:
    """Wait until a page is answered with success; raises RuntimeError after 30 s."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                if _exchanged(connection, question("GET", path, {}))[0] == 200:
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError("The web server did not start within 30 s.")


def _exchanged(connection: socket.socket, asked: bytes) -> tuple[int, bytes]:
    """Send a request and return the status and the whole body of its answer."""
    connection.sendall(asked)
    head, _, body = _received(connection, b"", lambda got: b"\r\n\r\n" in got).partition(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
    if b"content-length" in fields:
        length = int(fields[b"content-length"])
        body = _received(connection, body, lambda got: len(got) >= length)
    else:
        body = _received(connection, body, lambda got: got.endswith(b"0\r\n\r\n"))
    return int(head.split(b" ", 2)[1]), body


def _received(connection: socket.socket, got: bytes, whole: Callable[[bytes], bool]) -> bytes:
    while not whole(got):
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("The server hung up.")
        got += more
    return got


def _ms(took: Sequence[float], percent: int) -> float:
    return statistics.quantiles(took, n=100)[percent - 1] * 1000
