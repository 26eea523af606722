"""Django's SQLite back end, with a fair queue of writers in front of it.

SQLite itself makes a waiting writer sleep and try again, so under load some writers starve while
others pass them. Here every writing transaction first takes an exclusive lock on a file beside the
database: the kernel wakes those who wait in the order they came.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions begin only after the writers' lock is held."""

    _turn: int | None = None
    _turn_held = False

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_turn()

    def _close(self) -> None:
        super()._close()  # type: ignore[misc]
        if self._turn is not None:
            os.close(self._turn)
            self._turn, self._turn_held = None, False

    def _take_turn(self) -> None:
        if self._turn is None:
            path = self.settings_dict["NAME"]
            if self.is_in_memory_db() or str(path).startswith("file:"):
                return
            self._turn = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        self._turn_held = True

    def _give_turn(self) -> None:
        if self._turn is not None and self._turn_held:
            fcntl.flock(self._turn, fcntl.LOCK_UN)
            self._turn_held = False


def __getattr__(name: str) -> Any:
    return getattr(base, name)
