"""What the proofs by SIGKILL share: a desk of its own, a killer, and clients that go on until it has killed enough."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from bench.load import free_port

ROOT = Path(__file__).resolve().parent.parent
# How often it is chosen, and the deed, which returns whether something was killed.
Deed = tuple[int, Callable[[], bool]]


class Desk:
    """A desk of its own, served by a tree of processes that is started again when it is killed whole.

    settings  what it is told besides where its data lies
    log       where the tree writes what it says; serve.log in the folder if None
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, str], *, surroundings: Mapping[str, str] = os.environ,
        log: Path | None = None,
    ) -> None:  # fmt: skip
        self.port = free_port()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "firstline.config.settings", **surroundings, "FIRSTLINE_DATA": str(folder),
            "FIRSTLINE_LEASE_SECONDS": "5", **settings,
        }  # fmt: skip
        self.log = log or folder / "serve.log"
        self.tree: subprocess.Popen[bytes] | None = None

    def run(self, *words: str, told: str = "") -> str:
        """Run a module of this Python in the desk's surroundings, tell it something, and return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, check=True, text=True,
            stdout=subprocess.PIPE, input=told,
        )  # fmt: skip
        return done.stdout

    def start(self) -> None:
        """Start the tree."""
        with self.log.open("ab") as log:
            self.tree = subprocess.Popen(
                [sys.executable, "-m", "firstline", "serve", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

    def stop(self) -> None:
        """Stop the tree as one stops it."""
        if self.tree is not None:
            self.tree.terminate()
            self.tree.wait(30)

    def kill_whole(self) -> bool:
        """Kill what holds the tree together, and start it again."""
        assert self.tree is not None
        self.tree.kill()
        self.tree.wait()
        time.sleep(0.3)  # the kernel tells the children
        self.start()
        return True

    def processes(self, *, all_below: bool = True) -> list[psutil.Process]:
        """Return the processes of the tree, or only those that it started itself."""
        assert self.tree is not None
        return [*psutil.Process(self.tree.pid).children(recursive=all_below)]


class Killer(threading.Thread):
    """Does one of its deeds every now and then, by chance, until enough of them killed something.

    counts    how often each deed killed something, counted as it goes on
    halfway   what is done once in between
    """

    def __init__(
        self, deeds: Mapping[str, Deed], *, kills: int, seed: int, counts: dict[str, int], pause: tuple[float, float],
        halfway: Callable[[], object] = tuple,
    ) -> None:  # fmt: skip
        super().__init__(name="killer")
        self._deeds, self._left, self._counts, self._pause = deeds, kills, counts, pause
        self._halfway, self._half = halfway, kills // 2
        self._random = random.Random(seed)
        self.enough = threading.Event()

    def run(self) -> None:
        """Kill until it is enough."""
        while self._left > 0 and not self.enough.wait(self._random.uniform(*self._pause)):
            name = self._random.choices([*self._deeds], [weight for weight, _deed in self._deeds.values()])[0]
            if self._done(self._deeds[name][1]):
                self._left -= 1
                self._counts[name] = self._counts.get(name, 0) + 1
                if self._left == self._half:
                    self._halfway()

    def one_of(self, victims: Callable[[], list[psutil.Process]]) -> Callable[[], bool]:
        """Return the deed of killing one of the processes that `victims` returns."""

        def kill() -> bool:
            found = victims()
            if found:
                self._random.choice(found).kill()
            return bool(found)

        return kill

    def stop(self) -> None:
        """End, with everything running again."""
        self.enough.set()
        if self.ident is not None:
            self.join()

    def _done(self, deed: Callable[[], bool]) -> bool:
        try:
            return deed()
        except psutil.NoSuchProcess:
            return False


class Numbers:
    """Numbers from 0 on for several threads: so many, and more for as long as it goes on."""

    def __init__(self, count: int, goes_on: Callable[[], bool], *, pause: float = 0.0) -> None:
        self.count = count
        self._goes_on, self._pause = goes_on, pause
        self._next = iter(range(count))
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[int]:
        while (number := self._taken()) is not None:
            yield number

    def _taken(self) -> int | None:
        with self._lock:
            number = next(self._next, None)
            if number is None and self._goes_on():
                time.sleep(self._pause)
                number = self.count
                self.count += 1
            return number


def in_threads(count: int, deed: Callable[[], None]) -> None:
    """Do a deed in so many threads at once, and return when all have done it."""
    threads = [threading.Thread(target=deed) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@contextmanager
def served(desk: Desk, killer: Killer) -> Iterator[None]:
    """Serve the desk while the killer goes about, and leave neither behind."""
    desk.start()
    killer.start()
    try:
        yield
    finally:
        killer.stop()
        desk.stop()


def told(report: Any, log: Path, faults: list[str]) -> int:
    """Print a report, and the end of the desk's log if there were faults; return the exit status."""
    if faults and log.exists():
        sys.stderr.write(log.read_text()[-6000:])
    print(json.dumps(asdict(report), indent=1))
    return 1 if faults else 0
