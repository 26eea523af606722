"""Kill what receives, understands and works at random while mail arrives by LMTP and by IMAP, then count.

    python -m bench.mail_faults --mails 2000 --kills 80 [--by lmtp|imap]

A desk of its own is founded and served, over SQLite or in the empty database DATABASE_URL names, beside a Dovecot
whose mailbox it reads. Mails are handed in by LMTP, and again until they are answered with 250, or delivered to
Dovecot, or half of them so and half so. Meanwhile the receiver, the door, the worker, the child that understands and
now and then the whole tree are killed with SIGKILL, the mailbox is numbered anew, peers go away before they hear the
answer, and strangers copy Message-IDs. At the end each mail must be one envelope and one ticket.
"""

from __future__ import annotations

import argparse
import json
import os
import smtplib
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from bench import mail_servers
from bench.load import free_port
from bench.mail_servers import Dovecot
from bench.siege import Deed, Desk, Killer, Numbers, in_threads, served, told

HANDED, FETCHED, USER = "desk@handed.example", "desk@fetched.example", "desk"
PARTS = {"receiver": 25, "listen": 25, "worker": 25, "child": 20}
# What of these only one way in has.
WAY_OF = {"receiver": "imap", "listen": "lmtp"}
PATIENCE = 180.0


@dataclass
class Report:
    """What was done and what became of it; `faults` must be empty."""

    ways: list[str] = field(default_factory=list)
    mails: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    tried_again: int = 0
    answers_not_heard: int = 0
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


class MailDesk(Desk):
    """The desk, with a door for LMTP and mailboxes."""

    def __init__(self, folder: Path, surroundings: Mapping[str, str] = os.environ, log: Path | None = None) -> None:
        self.lmtp = free_port()
        settings = {"FIRSTLINE_LISTEN_LMTP": f"127.0.0.1:{self.lmtp}"}
        super().__init__(folder, settings, surroundings=surroundings, log=log)

    def found(self, imap: int) -> None:
        """Found the desk with its mailboxes: one to hand in for, and one on an IMAP server on that port (0: none)."""
        self.run("firstline", "setup", "--empty")
        self.run("bench.mail_faults", "--found", str(imap))

    def look(self, mails: int) -> dict[str, Any]:
        """Return what the database holds by now."""
        return dict(json.loads(self.run("bench.mail_faults", "--verify", str(mails))))

    def victims(self, part: str) -> list[psutil.Process]:
        """Return the processes of a part of the tree."""
        below = self.processes()
        if part == "child":
            return [each for each in below if "firstline.channels.email.child" in " ".join(each.cmdline())]
        return [each for each in below if each.name() == f"fl-{part}"]


class Deliverers:
    """Hand mails in to the desk's own door until they are answered with 250, or deliver them to Dovecot, or both.

    At every eleventh mail the peer goes away before it hears the answer, and then hands the mail in again.
    """

    def __init__(self, desk: MailDesk, dovecot: Dovecot, ways: Sequence[str], numbers: Numbers, report: Report) -> None:
        self.desk, self.dovecot, self.ways, self.numbers, self.report = desk, dovecot, ways, numbers, report

    def deliver(self) -> None:
        """Deliver what the numbers give."""
        for number in self.numbers:
            way = self.ways[number % len(self.ways)]
            if way == "lmtp" and number % 11 == 0:
                self._until_taken(number, self._hand_in_and_leave)
            self._until_taken(number, self._deliver_to_dovecot if way == "imap" else self._hand_in)

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

    def _hand_in_and_leave(self, number: int) -> None:
        door = smtplib.LMTP("127.0.0.1", self.desk.lmtp, timeout=20)
        try:
            door.ehlo()
            door.mail(f"person{number}@people.example")
            door.rcpt(HANDED)
            if door.docmd("DATA")[0] == 354:
                door.send(mail(number) + b".\r\n")
                time.sleep(0.02)  # sometimes it is kept by then, sometimes not
                self.report.answers_not_heard += 1
        finally:
            door.close()


def run(folder: Path, *, ways: Sequence[str], mails: int, kills: int, deliverers: int, seed: int) -> Report:
    """Do it all in a folder and return the report."""
    report, desk = Report(ways=[*ways]), MailDesk(folder)
    with mail_servers.dovecot() as dovecot:
        desk.found(dovecot.imap)
        killer = _killer(desk, dovecot, ways, kills, seed, report)
        numbers = Numbers(mails, killer.is_alive, pause=0.05)
        began = time.monotonic()
        with served(desk, killer):
            in_threads(deliverers, Deliverers(desk, dovecot, ways, numbers, report).deliver)
            killer.stop()
            report.mails, report.seconds = numbers.count, round(time.monotonic() - began, 1)
            _until_settled(desk, report)
            report.seconds_until_settled = round(time.monotonic() - began - report.seconds, 1)
    return report


def _killer(
    desk: MailDesk, dovecot: Dovecot, ways: Sequence[str], kills: int, seed: int, report: Report
) -> Killer:  # fmt: skip
    def number_anew() -> None:
        if "imap" in ways:
            dovecot.renumber(USER)
            report.numbered_anew += 1

    deeds: dict[str, Deed] = {}
    killer = Killer(
        deeds, kills=kills, seed=seed, counts=report.kills, pause=(0.2, 0.9), halfway=number_anew
    )  # fmt: skip
    for part, weight in PARTS.items():
        if WAY_OF.get(part, ways[0]) in ways:
            deeds[part] = weight, killer.one_of(partial(desk.victims, part))
    deeds["all"] = 5, desk.kill_whole
    return killer


def _until_settled(desk: MailDesk, report: Report) -> None:
    """Wait as long as it goes on, then hold the database against what was delivered."""
    most, since = -1, time.monotonic()
    while True:
        found = desk.look(report.mails)
        if found["settled"] > most:
            most, since = found["settled"], time.monotonic()
        if found["settled"] >= report.mails or time.monotonic() > since + PATIENCE / 3:
            break
        time.sleep(2)
    report.tickets, report.envelopes = found["tickets"], found["envelopes"]
    report.faults += found["faults"]


def found(imap: int) -> None:
    """Set up the mailboxes (in a process of its own, in the desk's surroundings)."""
    import django

    django.setup()
    from django.utils import timezone

    from firstline.commands.setup import mailboxes
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
    parser.add_argument("--by", choices=("lmtp", "imap", "both"), default="both", help="how the mail arrives")
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
    ways = ("lmtp", "imap") if options.by == "both" else (options.by,)
    with tempfile.TemporaryDirectory(prefix="firstline-mail-faults-") as folder:
        report = run(
            Path(folder), ways=ways, mails=options.mails, kills=options.kills, deliverers=options.deliverers,
            seed=options.seed,
        )  # fmt: skip
        return told(report, Path(folder) / "serve.log", report.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
