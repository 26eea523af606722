"""Doing several things at the same moment, each on a database connection of its own."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

from django.db import connection, connections

Result = TypeVar("Result")


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all deeds at once, each in a thread; return what each gave or raised, in their order.

    The calling test must commit (django_db with transaction=True), or the threads see nothing of it.
    """
    outcomes: list[Any] = [None] * len(deeds)
    ready = threading.Barrier(len(deeds))

    def do(number: int) -> None:
        try:
            ready.wait(timeout=30)
            outcomes[number] = deeds[number]()
        except Exception as raised:
            outcomes[number] = raised
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def in_processes(work: Callable[..., Result], given: Sequence[tuple[Any, ...]]) -> list[Result]:
    """Call `work` once for each tuple of arguments, each call in a process of its own; return their results."""
    # A connection must not be shared with a forked child.
    connections.close_all()
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(len(given), mp_context=context) as pool:
        return [each.result(timeout=600) for each in [pool.submit(work, *arguments) for arguments in given]]
