"""How fast mail is kept, handed in by eight deliverers, and how fast it is understood and settled, from files."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.databases import ROOT, Database
from bench.load import free_port

ADDRESS = "desk@bench.example"
DELIVERERS, SECONDS = 8, 8.0
FILES = 1500
_PEOPLE = 300  # so that nobody writes more in an hour than one sender may
_TEXT = "The till in the second row prints no receipts since this morning, and there is a queue.\r\n" * 12


def measure(database: Database) -> dict[str, Any]:
    """Return mails kept a second by LMTP, each answered after its commit, and settled a second from files."""
    database.run("-m", "firstline", "setup", "--empty")
    database.run("-m", "bench.mail")
    return {
        "mail kept by LMTP, 8 deliverers, mails/s": round(_kept_a_second(database)),
        "mail understood and settled from files, mails/s": round(_settled_a_second(database)),
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


def _settled_a_second(database: Database) -> float:
    """Time the lines as they are printed, from the first to the last: starting up is not the mail's."""
    with tempfile.TemporaryDirectory(prefix="firstline-bench-mail-") as folder:
        for number in range(FILES):
            Path(folder, f"{number:05}.eml").write_bytes(mail(number, "file"))
        taking = subprocess.Popen(
            [sys.executable, "-m", "firstline", "intake", "mail", folder, "--mailbox", ADDRESS],
            env=database.environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert taking.stdout is not None
        moments = [time.monotonic() for line in taking.stdout if "registered" in line]
        taking.wait()
    assert len(moments) == FILES, f"{len(moments)} of {FILES} were registered"
    return (FILES - 1) / (moments[-1] - moments[0])


def _found() -> None:
    """Set up the mailbox, in the surroundings of the database."""
    import django

    django.setup()
    from django.utils import timezone

    from firstline.commands import mailboxes
    from firstline.core.people.models import Desk

    mailboxes.set_up_mailbox(desk_id=Desk.objects.get().pk, address=ADDRESS, by_id=None, now=timezone.now())


if __name__ == "__main__":
    _found()
