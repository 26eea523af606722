"""How fast mail is kept, handed in by eight deliverers, and how fast it is understood and settled, from files.

Beside the rate, which a busy machine spoils, stand the processor time and the statements that one mail costs.
"""

from __future__ import annotations

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

from bench.databases import ROOT, Database
from bench.load import free_port

ADDRESS = "desk@bench.example"
DELIVERERS, SECONDS = 8, 8.0
FILES, COUNTED = 1500, 200
_PEOPLE = 300  # so that nobody writes more in an hour than one sender may
_TEXT = "The till in the second row prints no receipts since this morning, and there is a queue.\r\n" * 12


def measure(database: Database) -> dict[str, Any]:
    """Return mails kept a second by LMTP, each answered after its commit, and settled a second from files."""
    database.run("-m", "firstline", "setup", "--empty")
    database.run("-m", "bench.mail", "found")
    return {
        "mail kept by LMTP, 8 deliverers, mails/s": round(_kept_a_second(database)),
        **_settled_from_files(database),
        "statements of one mail, its sender new": float(database.run("-m", "bench.mail", "count")),
    }


def mail(number: int, run: str) -> bytes:
    """Return a mail of about a thousand letters from one of some hundred people."""
    return (
        f"From: Person {number % _PEOPLE} <person{number % _PEOPLE}@people.example>\r\nTo: {ADDRESS}\r\n"
        f"Subject: No receipts ({run} {number})\r\nMessage-ID: <{run}.{number}@people.example>\r\n"
        f"Date: Mon, 2 Mar 2026 09:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{_TEXT}"
    ).encode()


def _kept_a_second(database: Database) -> float:
    port = free_port()
    door = subprocess.Popen(
        [sys.executable, "-m", "firstline", "listen", "--lmtp", f"127.0.0.1:{port}"],
        env={**database.environment, "FIRSTLINE_LOG": "warning"}, cwd=ROOT,
    )  # fmt: skip
    try:
        _open(port)
        end = time.monotonic() + SECONDS
        counts = [0] * DELIVERERS
        threads = [threading.Thread(target=_deliver, args=(who, port, end, counts)) for who in range(DELIVERERS)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.monotonic() - began)
    finally:
        door.terminate()
        door.wait(20)


def _deliver(who: int, port: int, end: float, counts: list[int]) -> None:
    with smtplib.LMTP("127.0.0.1", port, local_hostname="bench.example", timeout=30) as session:
        while time.monotonic() < end:
            session.sendmail("bench@people.example", [ADDRESS], mail(counts[who], f"kept{who}"))
            counts[who] += 1


def _open(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            smtplib.LMTP("127.0.0.1", port, local_hostname="bench.example", timeout=5).quit()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _settled_from_files(database: Database) -> dict[str, Any]:
    """Time the lines as they are printed, from the first portion to the last: starting up is not the mail's."""
    from firstline.cli.intake.taking import TOGETHER

    first, last = 2 * TOGETHER, FILES - 2 * TOGETHER
    with tempfile.TemporaryDirectory(prefix="firstline-bench-mail-") as folder:
        _write(Path(folder), FILES, "file")
        taking = subprocess.Popen(
            [sys.executable, "-m", "firstline", "intake", "mail", folder, "--mailbox", ADDRESS],
            env=database.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert taking.stdout is not None
        seen: list[tuple[float, float]] = []
        for count, line in enumerate(taking.stdout, start=1):
            assert "registered" in line, line
            if count in (first, last):
                seen.append((time.monotonic(), _processor_seconds(taking.pid)))
        taking.wait()
    (began, used), (ended, used_then) = seen
    mails = last - first
    return {
        "mail understood and settled from files, mails/s": round(mails / (ended - began)),
        "mail understood and settled from files, processor ms of one": round(1000 * (used_then - used) / mails, 1),
    }


def _processor_seconds(pid: int) -> float:
    """Return what a process and the child that understands have used so far; the database server is not in it."""
    tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(sum(each.cpu_times()[:4]) for each in tree)


def _write(folder: Path, mails: int, run: str) -> None:
    for number in range(mails):
        (folder / f"{number:05}.eml").write_bytes(mail(number, run))


def _found() -> None:
    """Set up the mailbox, in the surroundings of the database."""
    from django.utils import timezone

    from firstline.commands.setup import mailboxes
    from firstline.core.people.models import Desk

    mailboxes.set_up_mailbox(desk_id=Desk.objects.get().pk, address=ADDRESS, by_id=None, now=timezone.now())


def _count() -> None:
    """Print how many statements one mail takes, likewise: each of these writers is new."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from firstline.channels.email import files
    from firstline.cli.intake import taking

    place = taking.place(ADDRESS)
    assert isinstance(place, taking.Place)
    with tempfile.TemporaryDirectory(prefix="firstline-bench-mail-") as folder:
        for number in range(COUNTED):
            Path(folder, f"{number:05}.eml").write_bytes(mail(number, "count").replace(b"@people", b"@others"))
        found = (mail for path in files.paths(Path(folder)) for mail in files.mails(path))
        with CaptureQueriesContext(connection) as asked:
            assert sum(line["outcome"] == "registered" for line in taking.lines(found, place)) == COUNTED
    print(round(len(asked.captured_queries) / COUNTED, 1))


if __name__ == "__main__":
    import django

    django.setup()
    {"found": _found, "count": _count}[sys.argv[1]]()
