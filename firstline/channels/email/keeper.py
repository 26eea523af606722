"""One thread that commits what many hand in: whatever came while the last commit lasted shares the next one."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from firstline.commands import intake
from firstline.commands.intake import Arrival, Kept

log = structlog.get_logger(__name__)

_MOST, _MOST_BYTES = 64, 32 * 1024 * 1024


class NotKept(Exception):
    """It could not be committed now: the disk is full, the database away. Whoever hands it in must try again."""


@dataclass(frozen=True)
class _Handed:
    arrivals: Sequence[Arrival]
    answer: asyncio.Future[list[Kept]]

    @property
    def size(self) -> int:
        return sum(len(each.raw) for each in self.arrivals)


class Keeper:
    """Keeps arrivals for coroutines; they wait without holding up the loop."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_Handed | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def stop(self) -> None:
        """Commit what was handed in, and end."""
        self._waiting.put(None)
        self._thread.join(timeout=10)

    async def keep(self, arrivals: Sequence[Arrival]) -> list[Kept]:
        """Return when all of these are committed; raises NotKept, and then none of them is."""
        handed = _Handed(arrivals, asyncio.get_running_loop().create_future())
        self._waiting.put(handed)
        return await handed.answer

    def _run(self) -> None:
        ended = False
        while not ended:
            batch, ended = self._next()
            self._commit(batch)
        connection.close()

    def _next(self) -> tuple[list[_Handed], bool]:
        """Return what waits, as much as one commit should hold, and whether that was the end."""
        batch: list[_Handed] = []
        held = 0
        while len(batch) < _MOST and held < _MOST_BYTES:
            try:
                handed = self._waiting.get(block=not batch)
            except queue.Empty:
                break
            if handed is None:
                return batch, True
            batch.append(handed)
            held += handed.size
        return batch, False

    def _commit(self, batch: list[_Handed]) -> None:
        if not batch:
            return
        try:
            kept = intake.keep_all([each for handed in batch for each in handed.arrivals], now=timezone.now())
        except Exception as trouble:
            self._apart(batch, trouble)
            return
        for handed in batch:
            mine, kept = kept[: len(handed.arrivals)], kept[len(handed.arrivals) :]
            _tell(handed, mine)

    def _apart(self, batch: list[_Handed], trouble: Exception) -> None:
        """Let one that cannot be kept take no others along."""
        log.error("mail not kept", mails=len(batch), error=type(trouble).__name__)
        if isinstance(trouble, DatabaseError):
            connection.close()
        if len(batch) == 1:
            _tell(batch[0], NotKept(type(trouble).__name__))
            return
        for handed in batch:
            self._commit([handed])


def _tell(handed: _Handed, what: list[Kept] | NotKept) -> None:
    def answer() -> None:
        if handed.answer.done():  # whoever handed it in has gone
            return
        if isinstance(what, NotKept):
            handed.answer.set_exception(what)
        else:
            handed.answer.set_result(what)

    loop = handed.answer.get_loop()
    if not loop.is_closed():
        loop.call_soon_threadsafe(answer)
