"""Understanding mail in a child process: what a hostile message does to it, nothing else notices.

The child is a fresh interpreter that holds no connection, secret or thread of ours, unless it is given the keys
for signed and encrypted mail, which then is all it reads. It lives on from mail to mail;
one that dies, hangs or grows is killed and the next mail gets a new one.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from firstline.channels.email import wire
from firstline.channels.email.security.keys import Keys, written
from firstline.core.intake.inbound import Inbound
from firstline.core.kernel.refusals import Refused, _

_ROOT = str(Path(__file__).resolve().parents[3])
_CHUNK = 1 << 20


class Unreadable(Refused):
    """The mail cannot be understood, and trying again would end the same way; its text says why."""


class _Died(Unreadable):
    """The child is gone, and not for a reason of which the mail is known to be the cause."""


@dataclass(frozen=True)
class Limits:
    """What one mail may cost: seconds of CPU, seconds in all, bytes of memory of the child, bytes of the answer."""

    cpu: int = 5
    wall: float = 10.0
    memory: int = 400 * 1024 * 1024
    answer: int = 200 * 1024 * 1024
    mails: int = 1000


class Reader:
    """A child that understands one mail after another; for one thread at a time."""

    def __init__(self, limits: Limits | None = None, keys: Keys | None = None) -> None:
        self.limits = limits or Limits()
        self._keys = keys
        self._child: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._used_at = 0.0

    def understand(self, raw: bytes) -> Inbound:
        """Return what the mail says; raises Unreadable when it passes a bound or kills its child twice."""
        try:
            return _opened(self._answer(raw))
        except _Died:
            # Perhaps it was not the mail: somebody, or the system when short of memory, may have killed it.
            return _opened(self._answer(raw))

    def _answer(self, raw: bytes) -> bytes:
        child = self._living()
        self._used_at = time.monotonic()
        try:
            answer = _exchange(child, wire.framed(raw), self.limits)
        except (OSError, EOFError, TimeoutError, wire.TooLong) as ended:
            why = _why(child, ended, self.limits)
            self.leave()
            raise why from ended
        self._read += 1
        if self._read >= self.limits.mails:
            self.leave()
        return answer

    @property
    def ready(self) -> bool:
        """Whether a child waits for the next mail."""
        return self._child is not None and self._child.poll() is None

    def be_ready(self) -> None:
        """Have a child wait for the next mail, so that it does not wait for the child's birth."""
        self._living()
        self._used_at = time.monotonic()

    def leave_if_idle(self, seconds: float = 60.0) -> None:
        """Let the child go when it has read nothing for some time."""
        if self._child is not None and time.monotonic() - self._used_at >= seconds:
            self.leave()

    def leave(self) -> None:
        """Let the child go."""
        child, self._child, self._read = self._child, None, 0
        if child is not None:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    pipe.close()

    def _living(self) -> subprocess.Popen[bytes]:
        if self._child is not None and self._child.poll() is not None:
            self.leave()
        if self._child is None:
            self._child = _born(self.limits, self._keys)
        return self._child


def _born(limits: Limits, keys: Keys | None) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "firstline.channels.email.child", str(limits.cpu), str(limits.memory)]
    words += ["keys"] if keys else []
    surroundings = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": _ROOT, "LANG": "C.UTF-8"}
    child = subprocess.Popen(
        words, cwd="/", env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        bufsize=0,
    )  # fmt: skip
    # Its start is not counted against the mail: it says when it is ready. Keys never stand where others can look.
    assert child.stdin and child.stdout  # noqa: PT018
    for pipe in (child.stdin, child.stdout):
        os.set_blocking(pipe.fileno(), False)
    try:
        _exchange(child, wire.framed(written(keys)) if keys else b"", Limits(wall=60.0))
    except (OSError, EOFError, TimeoutError) as error:
        child.kill()
        child.wait()
        raise RuntimeError("the reader of mail could not be started") from error
    return child


def _exchange(child: subprocess.Popen[bytes], question: bytes, limits: Limits) -> bytes:
    """Write the question while the answer is awaited, and return the answer. Raises TimeoutError, EOFError, TooLong."""
    assert child.stdin and child.stdout  # noqa: PT018
    deadline, left, answer = time.monotonic() + limits.wall, memoryview(question), wire.Gathered(limits.answer)
    with selectors.DefaultSelector() as both:
        both.register(child.stdout, selectors.EVENT_READ)
        if left:
            both.register(child.stdin, selectors.EVENT_WRITE)
        while not answer.whole:
            ready = both.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _events in ready:
                if key.fileobj is child.stdout:
                    answer.add(os.read(child.stdout.fileno(), _CHUNK))
                    continue
                left = left[os.write(child.stdin.fileno(), left[:_CHUNK]) :]
                if not left:
                    both.unregister(child.stdin)
    return answer.content


def _why(child: subprocess.Popen[bytes], ended: Exception, limits: Limits) -> Unreadable:
    if isinstance(ended, TimeoutError):
        return Unreadable(_("Understanding it took longer than %(most)s seconds."), most=f"{limits.wall:g}")
    if isinstance(ended, wire.TooLong):
        return Unreadable(_("What it holds is, unpacked, larger than %(most)d bytes."), most=limits.answer)
    status = _status(child)
    if status == -signal.SIGXCPU:
        return Unreadable(_("Understanding it took more than %(most)d seconds of computing."), most=limits.cpu)
    if status == wire.OUT_OF_MEMORY:
        megabytes = limits.memory // (1024 * 1024)
        return Unreadable(_("Understanding it took more than %(most)d MB of memory."), most=megabytes)
    return _Died(_("The process that was to understand it died twice (%(status)d)."), status=status)


def _status(child: subprocess.Popen[bytes]) -> int:
    try:
        return child.wait(timeout=2)
    except subprocess.TimeoutExpired:
        return 0


def _opened(answer: bytes) -> Inbound:
    try:
        found = wire.opened(answer)
    except Exception as error:
        raise Unreadable(_("What the reader answered was no mail.")) from error
    if isinstance(found, str):
        raise Unreadable(found)
    return found
