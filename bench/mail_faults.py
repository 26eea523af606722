"""Kill what receives, understands and works at random while mail arrives by LMTP and by IMAP, then count.

    python -m bench.mail_faults --mails 2000 --kills 80

A desk of its own is founded and served, over SQLite or in the empty database DATABASE_URL names, beside a Dovecot
whose mailbox it reads. Half of the mails are handed in by LMTP, and again until they are answered with 250; the other
half are delivered to Dovecot. Meanwhile the receiver, the door, the worker, the child that understands and now and then
the whole tree are killed with SIGKILL, the mailbox is numbered anew, and strangers copy Message-IDs. At the end each
mail must be one envelope and one ticket.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psutil

from bench import mail_servers
from bench.load import free_port

ROOT = Path(__file__).resolve().parent.parent
HANDED, FETCHED, USER = "desk@handed.example", "desk@fetched.example", "desk"
PARTS = {"receiver": 25, "listen": 25, "worker": 25, "child": 20, "all": 5}
PATIENCE = 180.0


@dataclass
class Report:
    """What was done and what became of it; `faults` must be empty."""

    mails: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    tried_again: int = 0
    numbered_anew: int = 0
    tickets: int = 0
    envelopes: int = 0
    seconds: float = 0.0
    seconds_until_settled: float = 0.0
    faults: list[str] = field(default_factory=list)


def mail(number: int) -> bytes:
    """Return the mail of that number; each tenth bears the Message-ID of the one before it, which is another's."""
    named = number - 1 if number % 10 == 9 else number
    return (
        f"From: Person {number} <person{number}@people.example>\r\nTo: {HANDED}\r\nSubject: Fault {number}\r\n"
        f"Message-ID: <fault.{named}@people.example>\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n\r\n"
        f"It does not work ({number}).\r\n"
    ).encode()


class Desk:
    """A desk of its own, served by a tree of processes that is started again when it is killed whole."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str] = os.environ, log: Path | None = None) -> None:
        self.port, self.lmtp = free_port(), free_port()
        self.environment = {
            **surroundings,
            "FIRSTLINE_DATA": str(folder),
            "FIRSTLINE_LEASE_SECONDS": "5",
            "FIRSTLINE_LISTEN_LMTP": f"127.0.0.1:{self.lmtp}",
            "DJANGO_SETTINGS_MODULE": surroundings.get("DJANGO_SETTINGS_MODULE", "firstline.config.settings"),
        }
        self.log = log or folder / "serve.log"
        self.tree: subprocess.Popen[bytes] | None = None

    def found(self, imap: int) -> None:
        """Found the desk with its mailboxes: one to hand in for, and one on an IMAP server on that port (0: none)."""
        self._run([sys.executable, "-m", "firstline", "setup", "--empty"])
        self._run([sys.executable, "-m", "bench.mail_faults", "--found", str(imap)])

    def start(self) -> None:
        """Start the tree."""
        with self.log.open("ab") as log:
            self.tree = subprocess.Popen(
                [sys.executable, "-m", "firstline", "serve", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

    def stop(self) -> None:
        """Stop the tree as one stops it."""
        if self.tree is not None:
            self.tree.terminate()
            self.tree.wait(30)

    def look(self, mails: int) -> dict[str, Any]:
        """Return what the database holds by now."""
        return dict(json.loads(self._run([sys.executable, "-m", "bench.mail_faults", "--verify", str(mails)])))

    def victims(self, part: str) -> list[psutil.Process]:
        """Return the processes of a part of the tree."""
        assert self.tree is not None
        below = psutil.Process(self.tree.pid).children(recursive=True)
        if part == "child":
            return [each for each in below if "firstline.channels.email.child" in " ".join(each.cmdline())]
        return [each for each in below if each.name() == f"fl-{part}"]

    def _run(self, command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, text=True, stdout=subprocess.PIPE
        )  # fmt: skip
        return done.stdout


class Killer(threading.Thread):
    """Kills something every now and then, until it has killed enough; once in between the mailbox is numbered anew."""

    def __init__(self, desk: Desk, dovecot: mail_servers.Dovecot, kills: int, seed: int, report: Report) -> None:
        super().__init__()
        self.desk, self.dovecot, self.left, self.report = desk, dovecot, kills, report
        self._random, self._half = random.Random(seed), kills // 2
        self.enough = threading.Event()

    def run(self) -> None:
        """Kill until it is enough."""
        while self.left > 0 and not self.enough.wait(self._random.uniform(0.15, 0.7)):
            part = self._random.choices([*PARTS], [*PARTS.values()])[0]
            if self._kill(part):
                self.left -= 1
                self.report.kills[part] = self.report.kills.get(part, 0) + 1
                if self.left == self._half:
                    self.dovecot.renumber(USER)
                    self.report.numbered_anew += 1

    def _kill(self, part: str) -> bool:
        tree = self.desk.tree
        assert tree is not None
        try:
            if part == "all":
                tree.kill()
                tree.wait()
                time.sleep(0.3)  # the kernel tells the children
                self.desk.start()
                return True
            victims = self.desk.victims(part)
            if victims:
                self._random.choice(victims).kill()
            return bool(victims)
        except psutil.NoSuchProcess:
            return False


class Deliverers:
    """Hand mails in: even ones to the desk's own door until they are answered with 250, odd ones to Dovecot."""

    def __init__(self, desk: Desk, dovecot: mail_servers.Dovecot, mails: int, killer: Killer, report: Report) -> None:
        self.desk, self.dovecot, self.mails, self.killer, self.report = desk, dovecot, mails, killer, report
        self._numbers = iter(range(mails))
        self._lock = threading.Lock()

    def run(self, deliverers: int) -> None:
        """Deliver all, and more while the killer has not killed enough."""
        threads = [threading.Thread(target=self._deliver) for _ in range(deliverers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _deliver(self) -> None:
        while (number := self._next()) is not None:
            self._until_taken(number, self._deliver_to_dovecot if number % 2 else self._hand_in)

    def _next(self) -> int | None:
        with self._lock:
            number = next(self._numbers, None)
            if number is None and self.killer.is_alive():
                time.sleep(0.05)
                number, self.mails = self.mails, self.mails + 1
            return number

    def _until_taken(self, number: int, deed: Callable[[int], None]) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                return deed(number)
            except (smtplib.SMTPException, OSError):
                self.report.tried_again += 1
                time.sleep(0.1)
        self.report.faults.append(f"mail {number} was never taken")
        return None

    def _deliver_to_dovecot(self, number: int) -> None:
        self.dovecot.deliver(USER, mail(number))

    def _hand_in(self, number: int) -> None:
        with smtplib.LMTP("127.0.0.1", self.desk.lmtp, timeout=20) as door:
            door.sendmail(f"person{number}@people.example", [HANDED], mail(number))


def run(folder: Path, *, mails: int, kills: int, deliverers: int, seed: int) -> Report:
    """Do it all in a folder and return the report."""
    report, desk = Report(), Desk(folder)
    with mail_servers.dovecot() as dovecot:
        desk.found(dovecot.imap)
        desk.start()
        killer = Killer(desk, dovecot, kills, seed, report)
        everybody = Deliverers(desk, dovecot, mails, killer, report)
        began = time.monotonic()
        try:
            killer.start()
            everybody.run(deliverers)
            killer.enough.set()
            killer.join()
            report.mails, report.seconds = everybody.mails, round(time.monotonic() - began, 1)
            _until_settled(desk, report)
            report.seconds_until_settled = round(time.monotonic() - began - report.seconds, 1)
        finally:
            killer.enough.set()
            desk.stop()
    return report


def _until_settled(desk: Desk, report: Report) -> None:
    """Wait as long as it goes on, then hold the database against what was delivered."""
    most, since = -1, time.monotonic()
    while True:
        found = desk.look(report.mails)
        if found["settled"] > most:
            most, since = found["settled"], time.monotonic()
        if found["settled"] >= report.mails or time.monotonic() > since + PATIENCE / 3:
            break
        time.sleep(0.5)
    report.tickets, report.envelopes = found["tickets"], found["envelopes"]
    report.faults += found["faults"]


def found(imap: int) -> None:
    """Set up the mailboxes (in a process of its own, in the desk's surroundings)."""
    import django

    django.setup()
    from django.utils import timezone

    from firstline.commands import mailboxes
    from firstline.core.people.models import Desk as Row

    desk, now = Row.objects.get(), timezone.now()
    mailboxes.set_up_mailbox(desk_id=desk.pk, address=HANDED, by_id=None, now=now)
    if not imap:
        return
    mailboxes.set_up_mailbox(
        desk_id=desk.pk, address=FETCHED, by_id=None, now=now, fetching="imap", host="127.0.0.1", port=imap,
        security="none", username=USER, secret=mail_servers.PASSWORD,
    )  # fmt: skip


def look(mails: int) -> dict[str, Any]:
    """Return what the database holds, with every way in which it differs from what was delivered."""
    import django

    django.setup()
    from firstline.core.intake.models import Envelope
    from firstline.core.tickets.models import Ticket

    wanted = Counter(f"Fault {number}" for number in range(mails))
    there = Counter(Ticket.objects.values_list("subject", flat=True))
    outcomes = Counter(Envelope.objects.values_list("outcome", flat=True))
    settled = outcomes["registered"] + outcomes["parked"]
    faults = [f"{subject} is there {count} times" for subject, count in there.items() if count != wanted[subject]]
    faults += [f"{subject} is not there" for subject in wanted if subject not in there][:20]
    if dict(outcomes) != {"registered": mails}:
        reasons = set(Envelope.objects.exclude(outcome="registered").values_list("why", flat=True)[:5])
        faults.append(f"of {mails} mails became {dict(outcomes)} {reasons}")
    if settled >= mails:
        faults += _contradictions()
    return {"tickets": sum(there.values()), "envelopes": sum(outcomes.values()), "settled": settled, "faults": faults}


def _contradictions() -> list[str]:
    from firstline.core.outbox.models import Job
    from firstline.core.tickets.replay import replay_all, without_chain

    replayed = replay_all()
    found = [f"{fault}" for fault in (*replayed.walked.broken, *replayed.differs, *without_chain())]
    parked = Job.objects.filter(state=Job.State.PARKED).count()
    return [*found, *([f"{parked} jobs are parked"] if parked else [])]


def main(arguments: list[str]) -> int:
    """Run it and print the report; return 1 if anything was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.mail_faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=80)
    parser.add_argument("--deliverers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", metavar="PORT", type=int, help="only set up the mailboxes (used by the run itself)")
    parser.add_argument("--verify", metavar="MAILS", type=int, help="only look at the database (likewise)")
    options = parser.parse_args(arguments)
    if options.found is not None:
        found(options.found)
        return 0
    if options.verify is not None:
        print(json.dumps(look(options.verify)))
        return 0
    with tempfile.TemporaryDirectory(prefix="firstline-mail-faults-") as folder:
        report = run(
            Path(folder), mails=options.mails, kills=options.kills, deliverers=options.deliverers, seed=options.seed
        )
        if report.faults:
            sys.stderr.write((Path(folder) / "serve.log").read_text()[-6000:])
    print(json.dumps(asdict(report), indent=1))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
