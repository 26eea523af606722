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
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.load import free_port
from bench.sink import Moody, Sink

ROOT = Path(__file__).resolve().parent.parent
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


class Desk:
    """A desk of its own, served by a tree of processes that is started again when it is killed whole."""

    def __init__(self, folder: Path, smtp: str) -> None:
        self.port = free_port()
        self.environment = {
            **os.environ,
            "FIRSTLINE_DATA": str(folder),
            "FIRSTLINE_SMTP": smtp,
            "FIRSTLINE_LEASE_SECONDS": "5",
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "firstline.config.settings"),
        }
        self.log = folder / "serve.log"
        self.tree: subprocess.Popen[bytes] | None = None

    def call(self, *words: str) -> str:
        """Run a firstline command and return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "firstline", *words], cwd=ROOT, env=self.environment, check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        return done.stdout

    def found(self) -> str:
        """Found the desk and return a token that registers."""
        self.call("setup", "--empty")
        said = self.call("token", "give", "admin@desk.example", "--name", "faults", "--scope", "tickets:register")
        return said.split()[-1]

    def start(self) -> None:
        """Start the tree."""
        with self.log.open("ab") as log:
            self.tree = subprocess.Popen(
                [sys.executable, "-m", "firstline", "serve", "--port", str(self.port)],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

    def members(self) -> dict[str, list[psutil.Process]]:
        """Return the processes of the tree that may be killed, by part."""
        assert self.tree is not None
        children = psutil.Process(self.tree.pid).children()
        master = next((child for child in children if child.children()), None)
        pages = master.children() if master else []
        workers = [child for child in children if child != master]
        return {"web": pages, "web parent": [master] if master else [], "worker": workers}

    def stop(self) -> None:
        """Stop the tree as one stops it."""
        if self.tree is not None:
            self.tree.terminate()
            self.tree.wait(30)


class Killer:
    """Kills something every now and then, until it has killed enough or is told to stop."""

    def __init__(self, desk: Desk, sink: Sink, kills: int, seed: int, report: Report) -> None:
        self.desk, self.sink, self.left, self.report = desk, sink, kills, report
        self._random = random.Random(seed)
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, with everything running again."""
        self._enough.set()
        self._thread.join()

    @property
    def done(self) -> bool:
        """Whether it has killed enough."""
        return self.left <= 0

    def _run(self) -> None:
        while self.left > 0 and not self._enough.wait(self._random.uniform(0.2, 0.9)):
            part = self._random.choices(["web", "web parent", "worker", "all", "mail"], [35, 10, 40, 5, 10])[0]
            if part == "mail":
                self._away()
            elif self._kill(part):
                self.left -= 1
                self.report.kills[part] = self.report.kills.get(part, 0) + 1

    def _away(self) -> None:
        self.sink.stop()
        self.report.mail_server_away += 1
        self._enough.wait(self._random.uniform(0.3, 2.0))
        self.sink.start()

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
            victims = self.desk.members()[part]
            if victims:
                self._random.choice(victims).kill()
            return bool(victims)
        except psutil.NoSuchProcess:
            return False


class Programs:
    """Clients of the API that repeat what was not answered, with the same key."""

    def __init__(self, desk: Desk, token: str, count: int, report: Report) -> None:
        self.desk, self.token, self.count, self.report = desk, token, count, report
        self.acknowledged: dict[str, int] = {}
        self._next = iter(range(count))
        self._lock = threading.Lock()

    def run(self, clients: int, goes_on: Callable[[], bool]) -> None:
        """Register all, and more while `goes_on`."""
        threads = [threading.Thread(target=self._client, args=(goes_on,)) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self, goes_on: Callable[[], bool]) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.desk.port}", timeout=10) as http:
            while True:
                number = self._take(goes_on)
                if number is None:
                    return
                self._register(http, number)

    def _take(self, goes_on: Callable[[], bool]) -> int | None:
        with self._lock:
            number = next(self._next, None)
            if number is None and goes_on():
                number = self.count
                self.count += 1
            return number

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
    desk = Desk(folder, sink.url)
    token = desk.found()
    sink.start()
    desk.start()
    began = time.monotonic()
    killer = Killer(desk, sink, kills, seed, report)
    programs = Programs(desk, token, registrations, report)
    try:
        killer.start()
        programs.run(clients, lambda: not killer.done)
        killer.stop()
        sink.mood.behave()
        report.seconds = round(time.monotonic() - began, 1)
        report.registrations = len(programs.acknowledged)
        verify(desk, sink, programs.acknowledged, report, patience)
        report.seconds_until_last_letter = round(time.monotonic() - began - report.seconds, 1)
    finally:
        killer.stop()
        desk.stop()
        sink.stop()
    return report


def verify(desk: Desk, sink: Sink, acknowledged: dict[str, int], report: Report, patience: float) -> None:
    """Wait until the letters have left, then hold the database against what was acknowledged."""
    command = [sys.executable, "-m", "bench.faults", "--verify"]
    fewest, since = sys.maxsize, time.monotonic()
    while True:
        done = subprocess.run(
            command, cwd=ROOT, env=desk.environment, check=True, text=True, stdout=subprocess.PIPE,
            input=json.dumps(acknowledged),
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
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
        if report.faults:
            sys.stderr.write((Path(folder) / "serve.log").read_text()[-4000:])
    print(json.dumps(asdict(report), indent=1))
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
