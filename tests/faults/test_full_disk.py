"""The disk is full: who hands mail in is told to try later, nothing that was taken is lost, and the desk recovers."""

from __future__ import annotations

import contextlib
import os
import smtplib
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bench.mail_faults import HANDED, USER, MailDesk
from bench.mail_servers import Dovecot
from tests.faults.outside import eventually

BALLAST = 12 * 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of its own of 40 MB; skips the test where none can be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], check=False, capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def _mail(number: int, *, large: bool) -> bytes:
    """Return a mail; a large one lies in a file of its own, any other in the database."""
    filling = b"0123456789abcdef\r\n" * (130_000 if large else 2_000)
    return b"From: p%d@people.example\r\nSubject: Fault %d\r\n\r\n" % (number, number) + filling


def _hand_in(desk: MailDesk, number: int) -> bool:
    """Hand a mail in; whether it was taken. The only other answer is 'try later', or none."""
    with contextlib.suppress(smtplib.SMTPServerDisconnected, OSError):
        with smtplib.LMTP("127.0.0.1", desk.lmtp, timeout=30) as door:
            door.ehlo()
            door.mail(f"p{number}@people.example")
            codes = [door.rcpt(HANDED)[0]]
            if codes == [250]:
                codes.append(door.data(_mail(number, large=number % 2 == 1))[0])
        assert codes[-1] == 250 or 400 <= codes[-1] < 500, codes
        return codes == [250, 250]
    return False


def test_a_full_disk_loses_nothing_and_is_got_over(own_database: dict[str, str], small_disk: Path, tmp_path: Path):
    desk = MailDesk(small_disk, own_database, log=tmp_path / "serve.log")
    desk.found(imap=0)
    (small_disk / "ballast").write_bytes(b"x" * BALLAST)
    desk.start()
    try:
        eventually(lambda: _hand_in(desk, 0), seconds=60)
        taken = 1
        while _hand_in(desk, taken):
            taken += 1
            assert taken < 500, "the disk does not fill"
        assert not _hand_in(desk, taken + (taken + 1) % 2)  # a large one, certainly

        (small_disk / "ballast").unlink()
        for number in (taken, taken + 1, taken + 2):
            eventually(partial(_hand_in, desk, number), seconds=60)

        mails = taken + 3
        found = eventually(lambda: _settled(desk, mails), seconds=180)
    finally:
        desk.stop()
    assert found["faults"] == []
    assert found["tickets"] == found["envelopes"] == mails


def test_mail_stays_at_its_mailbox_while_the_disk_is_full_and_is_all_settled_when_there_is_room(
    own_database: dict[str, str], small_disk: Path, tmp_path: Path, dovecot: Dovecot
):
    desk, mails = MailDesk(small_disk, own_database, log=tmp_path / "serve.log"), 11
    desk.found(imap=dovecot.imap)
    (small_disk / "ballast").write_bytes(b"x" * 2 * BALLAST)
    dovecot.deliver(USER, *(_mail(number, large=number > 0) for number in range(mails)))
    desk.start()
    try:
        eventually(lambda: b"mailbox trouble" in desk.log.read_bytes(), seconds=90)
        assert dovecot.count(USER, criteria="UNSEEN") > 0

        (small_disk / "ballast").unlink()
        found = eventually(lambda: _settled(desk, mails), seconds=180)
        eventually(lambda: dovecot.count(USER, criteria="UNSEEN") == 0)
    finally:
        desk.stop()
    assert found["faults"] == []
    assert found["tickets"] == found["envelopes"] == mails


def _settled(desk: MailDesk, mails: int) -> dict[str, object]:
    found = desk.look(mails)
    return found if found["settled"] >= mails else {}
