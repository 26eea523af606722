"""The whole tree of processes: seconds from its start to the first page, and the memory it holds when idle."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from typing import Any

import psutil

from bench.databases import ROOT, Seeded

IDLE = 5


def measure(database: Seeded) -> dict[str, Any]:
    """Return cold start in seconds, and proportional set size in MB, of `firstline serve` on a seeded database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "firstline", "serve", "--port", str(port)],
        env=database.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _first_page(port)
        start = time.perf_counter() - began
        for _ in range(20):
            _first_page(port)
        time.sleep(IDLE)
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        memory = sum(each.memory_full_info().pss for each in tree) / 1024 / 1024
    finally:
        process.terminate()
        process.wait(30)
    return {"cold start to first page, s": round(start, 2), "idle memory of the tree, MB": round(memory)}


def _first_page(port: int) -> None:
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                return
        except OSError:
            pass
        time.sleep(0.02)
