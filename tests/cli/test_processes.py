"""A tree of processes stays whole, and goes as one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

PARENT = textwrap.dedent(
    """
    import os, sys, time, signal
    from firstline.cli.processes import Child, Tree

    def sleeping():
        with open(sys.argv[1], "a") as file:
            file.write(f"{os.getpid()}\\n")
        while True:
            time.sleep(60)

    sys.exit(Tree([Child("sleeper", sleeping)], said=lambda words: print(words, flush=True)).run())
    """
)


def _wait_for(what, seconds: float = 10.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except OSError:
        return False


@pytest.fixture
def tree(tmp_path: Path):
    noted = tmp_path / "pids"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(noted)], stdout=subprocess.PIPE, text=True)
    yield (
        parent,
        lambda count: _wait_for(
            lambda: noted.exists() and len(noted.read_text().split()) >= count and noted.read_text().split()
        ),
    )
    parent.kill()
    parent.wait()


def test_a_child_that_is_killed_is_started_again(tree):
    parent, born = tree
    first = int(born(1)[0])

    os.kill(first, signal.SIGKILL)

    second = int(born(2)[1])
    assert _is_alive(second)
    assert "SIGKILL" in parent.stdout.readline()


def test_a_tree_that_is_told_to_stop_stops_its_children(tree):
    parent, born = tree
    child = int(born(1)[0])

    parent.terminate()

    assert parent.wait(5) == 0
    assert not _is_alive(child)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent is gone")
def test_no_child_outlives_a_parent_that_is_killed(tree):
    parent, born = tree
    child = int(born(1)[0])

    parent.kill()

    _wait_for(lambda: not _is_alive(child))
