"""How a task says what its failure means: worth another try later, or none at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta


class TryLater(Exception):
    """It cannot be done now, through no fault of the job: it waits `after`, however often that happens.

    `note` is written by the same commit as the wait.
    """

    def __init__(self, why: str, *, after: timedelta, note: Callable[[], object] = tuple) -> None:
        super().__init__(why)
        self.after = after
        self.note = note


class Hopeless(Exception):
    """Trying again would end the same way: the job is parked for a human to see."""


def in_one_line(error: Exception) -> str:
    """Return what a parked or waiting job shows: the kind of error and its first words."""
    words = " ".join(str(error).split())
    return f"{type(error).__name__}: {words}"[:500]
