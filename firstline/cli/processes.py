"""A tree of processes: one parent that forks, watches, restarts and stops its children.

The parent loads the code once and its children share those pages. It has no threads and no database
connection, so that it can fork at any time; it sleeps in the kernel until a child dies or it is told to stop.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

_STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_WATCHED = {signal.SIGCHLD, *_STOPPING}
GRACE = 12.0
# A child that dies at once is started again ever more slowly.
_QUICK_DEATH = 5.0
_LONGEST_PAUSE = 10.0
_PR_SET_PDEATHSIG = 1
_PR_SET_NAME = 15
_M_ARENA_MAX = -8


@dataclass
class Child:
    """One child: its name for the log, and what it does until it returns an exit status."""

    name: str
    run: Callable[[], int]
    pid: int = 0
    born_at: float = 0.0
    deaths: int = 0
    again_at: float = field(default=0.0)


class Tree:
    """The parent of some children."""

    def __init__(self, children: Sequence[Child], *, said: Callable[[str], None]) -> None:
        self.children = list(children)
        self._say = said
        self._stopping = False

    def run(self) -> int:
        """Keep every child alive until told to stop; return an exit status."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
        gc.collect()
        gc.freeze()  # what is loaded is never looked at again, so its pages stay shared
        for child in self.children:
            self._start(child)
        while not self._stopping:
            caught = signal.sigtimedwait(_WATCHED, self._until_next_start())
            if caught is not None and caught.si_signo in _STOPPING:
                self._stopping = True
            self._bury()
            self._start_due()
        return self._stop()

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        child.born_at, child.again_at = time.monotonic(), 0.0
        child.pid = os.fork()
        if child.pid == 0:
            os._exit(_live(child, parent))

    def _bury(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for child in self.children:
                if child.pid == pid:
                    self._mourn(child, status)

    def _mourn(self, child: Child, status: int) -> None:
        child.pid = 0
        if self._stopping:
            return
        lived = time.monotonic() - child.born_at
        child.deaths = child.deaths + 1 if lived < _QUICK_DEATH else 0
        pause = min(0.25 * 2**child.deaths, _LONGEST_PAUSE)
        child.again_at = time.monotonic() + pause
        self._say(f"{child.name} ended ({_how(status)}); it is started again")

    def _start_due(self) -> None:
        for child in self.children:
            if child.pid == 0 and not self._stopping and child.again_at <= time.monotonic():
                self._start(child)

    def _until_next_start(self) -> float:
        waiting = [child.again_at - time.monotonic() for child in self.children if child.pid == 0]
        return max(0.0, min(waiting, default=3600.0))

    def _stop(self) -> int:
        for child in self.children:
            _send(child, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(child.pid for child in self.children):
            left = deadline - time.monotonic()
            if left <= 0:
                break
            caught = signal.sigtimedwait(_WATCHED, left)
            self._bury()
            if caught is not None and caught.si_signo == signal.SIGINT:
                break  # a second Ctrl+C: at once
        for child in self.children:
            _send(child, signal.SIGKILL)
        return 0


def die_with_parent(parent: int, signum: int = signal.SIGTERM) -> None:
    """Let the kernel send this process a signal when its parent is gone, however it went (Linux)."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if os.getppid() != parent:  # it was gone before we asked
        os.kill(os.getpid(), signum)


def name_process(name: str) -> None:
    """Let lists of processes show which one this is, in at most 15 letters (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def spare_memory() -> None:
    """Let threads share two heaps; by default each gets one of its own, and keeps what it once used (glibc)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 2)


def _live(child: Child, parent: int) -> int:
    try:
        for signum in _STOPPING:
            signal.signal(signum, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        die_with_parent(parent)
        name_process(f"fl-{child.name}")
        return child.run()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _send(child: Child, signum: int) -> None:
    if child.pid:
        try:
            os.kill(child.pid, signum)
        except ProcessLookupError:
            child.pid = 0


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"status {code}" if code >= 0 else signal.Signals(-code).name
