"""Tasks for the tests of the worker: one that does something, and ones that go wrong."""

from __future__ import annotations

import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from django_tasks import task

from firstline.worker.trouble import Hopeless, TryLater

DONE: list[str] = []


@task
def remember(word: str) -> None:
    DONE.append(word)


@task
def stumble(word: str) -> None:
    raise RuntimeError(f"cannot {word}")


@task
def wait_for_it() -> None:
    raise TryLater("not yet", after=timedelta(minutes=3))


@task
def give_up() -> None:
    raise Hopeless("never")


@task
def note_down(path: str, word: str) -> None:
    with open(path, "a") as file:
        file.write(f"{word}\n")


@task
def linger_once(path: str) -> None:
    """Say that it began; the first time, never come to an end."""
    with open(path, "a") as file:
        file.write("begun\n")
    if len(Path(path).read_text().split()) == 1:
        time.sleep(600)


@task
def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
