"""The whole tree of processes: seconds from its start to the first page, and the memory it holds when idle."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import psutil

from bench.databases import ROOT, Database
from bench.load import free_port, wait_for

IDLE = 5


def measure(database: Database) -> dict[str, Any]:
    """Return cold start in seconds, and proportional set size in MB, of `firstline serve` on a seeded database."""
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "firstline", "serve", "--port", str(port)],
        env=database.environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port, "/")
        start = time.perf_counter() - began
        for _ in range(20):
            wait_for(port, "/")
        time.sleep(IDLE)
        tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        memory = sum(each.memory_full_info().pss for each in tree) / 1024 / 1024
    finally:
        process.terminate()
        process.wait(30)
    return {"cold start to first page, s": round(start, 2), "idle memory of the tree, MB": round(memory)}
