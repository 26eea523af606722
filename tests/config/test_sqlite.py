"""The SQLite back end: what the desk asks of the file, and the fair queue of those who write to it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.db.utils import load_backend

from firstline.config import env


def connect(folder: Path) -> Any:
    """Return a connection of its own, as a process of the desk would have it."""
    settings = {
        "ATOMIC_REQUESTS": False,
        "AUTOCOMMIT": True,
        "CONN_HEALTH_CHECKS": False,
        "TIME_ZONE": None,
        **env.database(folder),
    }
    return load_backend(settings["ENGINE"]).DatabaseWrapper(settings)


@pytest.fixture(autouse=True)
def on_sqlite(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[None]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with django_db_blocker.unblock():
        yield


def _begin(connection: Any) -> None:
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("recursive_triggers", 1)],
)
def test_the_desk_asks_sqlite_to_keep_what_was_acknowledged(tmp_path: Path, pragma: str, value: object):
    connection = connect(tmp_path)

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        (found,) = cursor.fetchone()

    assert found == value
    connection.close()


def test_writers_are_served_in_the_order_they_came(tmp_path: Path):
    first = connect(tmp_path)
    _begin(first)
    order: list[int] = []

    def write(number: int) -> None:
        mine = connect(tmp_path)
        _begin(mine)
        order.append(number)
        mine.rollback()
        mine.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    first.rollback()
    for thread in threads:
        thread.join(timeout=10)

    assert order == [0, 1, 2, 3, 4, 5]
    first.close()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path):
    writer, reader = connect(tmp_path), connect(tmp_path)
    _begin(writer)

    with reader.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)

    writer.rollback()
    writer.close()
    reader.close()


def _hold_the_turn(folder: Path, held: Any) -> None:
    _begin(connect(folder))
    held.set()
    time.sleep(60)


def test_a_killed_writer_lets_the_next_one_in(tmp_path: Path):
    connect(tmp_path).ensure_connection()
    start = multiprocessing.get_context("spawn")
    held = start.Event()
    writer = start.Process(target=_hold_the_turn, args=[tmp_path, held])
    writer.start()
    assert held.wait(30)

    assert writer.pid is not None
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    next_one = connect(tmp_path)
    began = time.monotonic()
    _begin(next_one)

    assert time.monotonic() - began < 5
    next_one.rollback()
    next_one.close()


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_failed_gives_its_turn_back(tmp_path: Path):
    from django.db import connection

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError

    assert getattr(connection, "_turn_held", False) is False
