"""Tasks for the tests of the worker: one that does something, and ones that go wrong."""

from __future__ import annotations

from datetime import timedelta

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
