"""Kill processes at random while requests are registered and letters leave, then count what became of them.

    python -m bench.faults --registrations 1000 --kills 60

A desk of its own is founded and served, over SQLite or in the empty database DATABASE_URL names. Programs
register over the API and repeat what was not answered, with the same key; meanwhile web processes, the worker and
now and then the whole tree are killed with SIGKILL, and the mail server refuses, hangs up and goes away. At
the end every acknowledged request must be there once, every chain whole, and every letter have left, or wait
where one can see it to be tried again.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.siege import Deed, Desk, Killer, Numbers, in_threads, served, told
from bench.sink import Moody, Sink

PATIENCE = 120.0
# The longest that a letter rests between two attempts, and a little.
LAST_LETTERS = 330.0


@dataclass
class Report:
    """What was done and what became of it; `faults` must be empty."""

    registrations: int = 0
    kills: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    tickets: int = 0
    letters: int = 0
    letters_sent: int = 0
    mails_taken_twice: int = 0
    answers_lost_by_server: int = 0
    mails_refused_for_now: int = 0
    mail_server_away: int = 0
    seconds: float = 0.0
    seconds_until_last_letter: float = 0.0
    faults: list[str] = field(default_factory=list)


class Served(Desk):
    """The desk, with a token that registers."""

    def __init__(self, folder: Path, smtp: str) -> None:
        super().__init__(folder, {"FIRSTLINE_SMTP": smtp})

    def found(self) -> str:
        """Found the desk and return the token."""
        self.run("firstline", "setup", "--empty")
        words = ("token", "give", "admin@desk.example", "--name", "faults", "--scope", "tickets:register")
        return self.run("firstline", *words).split()[-1]

    def members(self, part: str) -> list[psutil.Process]:
        """Return the processes of a part of the tree that may be killed."""
        children = self.processes(all_below=False)
        master = next((child for child in children if child.children()), None)
        if part == "worker":
            return [child for child in children if child != master]
        if part == "web":
            return master.children() if master else []
        return [master] if master else []


def _killer(desk: Served, sink: Sink, kills: int, seed: int, report: Report) -> Killer:
    deeds: dict[str, Deed] = {}
    killer = Killer(deeds, kills=kills, seed=seed, counts=report.kills, pause=(0.2, 0.9))
    for part, weight in (("web", 35), ("web parent", 10), ("worker", 40)):
        deeds[part] = weight, killer.one_of(partial(desk.members, part))
    deeds["all"] = 5, desk.kill_whole

    def away() -> bool:
        sink.stop()
        report.mail_server_away += 1
        killer.enough.wait(random.uniform(0.3, 2.0))
        sink.start()
        return False

    deeds["mail"] = 10, away
    return killer


class Programs:
    """Clients of the API that repeat what was not answered, with the same key."""

    def __init__(self, desk: Desk, token: str, numbers: Numbers, report: Report) -> None:
        self.desk, self.token, self.numbers, self.report = desk, token, numbers, report
        self.acknowledged: dict[str, int] = {}
        self._lock = threading.Lock()

    def register(self) -> None:
        """Register what the numbers give, as one client."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.desk.port}", timeout=10) as http:
            for number in self.numbers:
                self._register(http, number)

    def _register(self, http: httpx.Client, number: int) -> None:
        key, deadline = f"request-{number}", time.monotonic() + PATIENCE
        body = {
            "text": f"Request {number}: it does not work.",
            "requester": {"mail": f"person{number}@people.example", "name": f"Person {number}"},
        }
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        while time.monotonic() < deadline:
            try:
                answer = http.post("/api/v1/tickets", json=body, headers=headers)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code in (200, 201):
                with self._lock:
                    self.acknowledged[key] = int(answer.json()["number"])
                return
            if answer is not None and answer.status_code < 500:
                self.report.faults.append(f"{key}: {answer.status_code} {answer.text[:200]}")
                return
            self.report.repeated += 1
            time.sleep(0.05)
        self.report.faults.append(f"{key}: never answered")


def run(folder: Path, *, registrations: int, kills: int, clients: int, seed: int, patience: float) -> Report:
    """Do it all in a folder and return the report."""
    report = Report()
    sink = Sink(Moody(seed=seed, refuses=0.08, hangs_up=0.03))
    desk = Served(folder, sink.url)
    token = desk.found()
    sink.start()
    began = time.monotonic()
    killer = _killer(desk, sink, kills, seed, report)
    programs = Programs(desk, token, Numbers(registrations, killer.is_alive), report)
    with contextlib.ExitStack() as ending:
        ending.callback(sink.stop)
        ending.enter_context(served(desk, killer))
        in_threads(clients, programs.register)
        killer.stop()
        sink.mood.behave()
        report.seconds = round(time.monotonic() - began, 1)
        report.registrations = len(programs.acknowledged)
        verify(desk, sink, programs.acknowledged, report, patience)
        report.seconds_until_last_letter = round(time.monotonic() - began - report.seconds, 1)
    return report


def verify(desk: Desk, sink: Sink, acknowledged: dict[str, int], report: Report, patience: float) -> None:
    """Wait until the letters have left, then hold the database against what was acknowledged."""
    fewest, since = sys.maxsize, time.monotonic()
    while True:
        said = desk.run("bench.faults", "--verify", told=json.dumps(acknowledged))
        found: dict[str, Any] = json.loads(said)
        if found["unsent"] < fewest:
            fewest, since = found["unsent"], time.monotonic()
        if found["unsent"] == 0 or time.monotonic() > since + patience:
            break
        time.sleep(1)
    report.tickets, report.letters = found["tickets"], found["letters"]
    report.letters_sent = found["letters"] - found["unsent"]
    report.faults += found["faults"]
    taken = sink.mood.taken
    report.mails_taken_twice = sum(taken.values()) - len(taken)
    report.answers_lost_by_server = sink.mood.lost_answers
    report.mails_refused_for_now = sink.mood.refused
    missing = set(found["message_ids"]) - set(taken)
    if missing:
        report.faults.append(f"{len(missing)} letters marked sent never reached the server")


def look(acknowledged: dict[str, int]) -> dict[str, Any]:
    """Return what the database holds, with every way in which it differs from what was acknowledged."""
    import django

    django.setup()
    from firstline.core.intake.models import Envelope
    from firstline.core.outbox.models import Job, Letter
    from firstline.core.tickets.models import Ticket
    from firstline.core.tickets.replay import replay_all, without_chain

    replayed = replay_all()
    faults = [f"{fault}" for fault in (*replayed.walked.broken, *replayed.differs, *without_chain())]
    there = {ticket.number: ticket for ticket in Ticket.objects.all()}
    faults += [f"{key}: #{number} is not there" for key, number in acknowledged.items() if number not in there]
    if len(there) != len(acknowledged) or len(set(acknowledged.values())) != len(acknowledged):
        faults.append(f"{len(acknowledged)} requests were acknowledged and {len(there)} tickets are there")
    settled = Envelope.objects.filter(outcome=Envelope.Outcome.REGISTERED).count()
    if settled != len(there):
        faults.append(f"{settled} envelopes registered {len(there)} tickets")
    letters = Letter.objects.filter(kind="registered")
    told_to = set(letters.values_list("ticket_id", flat=True))
    owed = Job.objects.filter(kind="firstline.worker.reactions.react").exclude(state=Job.State.DONE).count()
    if len(told_to) + owed != len(there):
        faults.append(f"{len(there) - len(told_to) - owed} tickets have no letter and none is owed")
    parked = Job.objects.filter(state=Job.State.PARKED).count()
    if parked:
        faults.append(f"{parked} jobs are parked")
    unsent = Letter.objects.filter(sent_at=None)
    waiting = set(Job.objects.exclude(state=Job.State.DONE).values_list("payload__letter", flat=True))
    forgotten = set(unsent.values_list("pk", flat=True)) - waiting
    if forgotten:
        faults.append(f"{len(forgotten)} letters have neither left nor are to be tried again")
    return {
        "tickets": len(there),
        "letters": Letter.objects.count(),
        "unsent": unsent.count() + owed,
        "troubles": sorted(set(unsent.values_list("trouble", flat=True))),
        "message_ids": list(Letter.objects.exclude(sent_at=None).values_list("message_id", flat=True)),
        "faults": faults,
    }


def main(arguments: list[str]) -> int:
    """Run it and print the report; return 1 if anything was lost, doubled or broken."""
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--registrations", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=LAST_LETTERS, help="seconds without a letter leaving")
    parser.add_argument("--verify", action="store_true", help="only look at the database (used by the run itself)")
    options = parser.parse_args(arguments)
    if options.verify:
        print(json.dumps(look(json.load(sys.stdin))))
        return 0
    with tempfile.TemporaryDirectory(prefix="firstline-faults-") as folder:
        report = run(
            Path(folder), registrations=options.registrations, kills=options.kills, clients=options.clients,
            seed=options.seed, patience=options.patience,
        )  # fmt: skip
        return told(report, Path(folder) / "serve.log", report.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
