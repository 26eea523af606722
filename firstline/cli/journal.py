"""The journal: check that nothing in it was changed, and that it tells what the tickets' rows say."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

from django.db import connections

from firstline.core.journal.models import Entry
from firstline.core.journal.walk import Walked, parts, walk
from firstline.core.kernel.identifiers import number_of
from firstline.core.tickets.replay import Differs, Replayed, replay_all, without_chain

# Below this many entries a second process costs more than it saves; a process is given this many at a time.
WORTH_SHARING = 100_000
SHARE = 50_000
SHOWN = 20

_EXAMPLE = """example:
  firstline journal verify            every entry sealed to the one before it
  firstline journal verify --replay   and every ticket's row is what its chain says
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline journal`."""
    parser.epilog = _EXAMPLE
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="verify")
    said = "Check every seal, name the first broken link of each chain, and exit with 1 if there is one."
    verify = verbs.add_parser("verify", help=said, description=said, epilog=_EXAMPLE)
    verify.add_argument("--replay", action="store_true", help="compare every ticket's row with its chain too")
    verify.add_argument(
        "--processes", type=int, help="how many processes share the work; by default one a core for a large journal"
    )


def run(options: argparse.Namespace) -> int:
    """Verify the journal; return 0 if it holds, 1 if it does not."""
    began = time.monotonic()
    work: Callable[..., Replayed] = replay_all if options.replay else _walked
    found = list(_shared(work, options.processes))
    entries = sum(part.walked.entries for part in found)
    faults = [
        f"{broken.chain} breaks at {broken.seq}: {broken.why}." for part in found for broken in part.walked.broken
    ]
    if options.replay:
        differs = [differ for part in found for differ in part.differs]
        faults += [_told(differ) for differ in [*differs, *without_chain()]]
    for fault in faults[:SHOWN]:
        print(fault)
    if len(faults) > SHOWN:
        print(f"... and {len(faults) - SHOWN:,} more.")
    _conclude(entries, sum(part.walked.chains for part in found), time.monotonic() - began, faults, options.replay)
    return 1 if faults else 0


def _shared(work: Callable[..., Replayed], asked: int | None) -> Iterator[Replayed]:
    total = Entry.objects.count()
    progress = _Progress(total)
    processes = asked or (os.cpu_count() or 1 if total >= WORTH_SHARING else 1)
    if processes < 2:
        yield work(watch=progress.at)
    else:
        ranges = parts(max(processes, total // SHARE))
        # A connection must not be shared with a forked child.
        connections.close_all()
        with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("fork")) as pool:
            for part in pool.map(_part, [(work, *each) for each in ranges]):
                progress.add(part.walked)
                yield part
    progress.end()


def _part(given: tuple[Callable[..., Replayed], str, str | None]) -> Replayed:
    work, after, up_to = given
    return work(after=after, up_to=up_to)


def _walked(
    *, after: str = "", up_to: str | None = None, watch: Callable[[Walked], None] | None = None
) -> Replayed:  # fmt: skip
    return Replayed(walk(after=after, up_to=up_to, watch=watch))


def _told(differ: Differs) -> str:
    return f"ticket:{differ.ticket_id} (number {number_of(differ.ticket_id)}) differs: {differ.why}."


def _conclude(entries: int, chains: int, seconds: float, faults: list[str], replayed: bool) -> None:
    rate = f"{entries:,} entries in {chains:,} chains, {seconds:.1f} s, {entries / max(seconds, 0.001):,.0f} a second"
    if faults:
        print(f"The journal does not hold; faults: {len(faults):,} ({rate}).")
    else:
        print(f"The journal holds{' and gives every row' if replayed else ''} ({rate}).")


class _Progress:
    """Says on the terminal how far long work is: not more than twice a second, nor before a second has passed."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.shown = total, 0, False
        self.next = time.monotonic() + 1

    def at(self, walked: Walked) -> None:
        """Show how far one walk is."""
        self._show(walked.entries)

    def add(self, walked: Walked) -> None:
        """Count a finished part."""
        self.done += walked.entries
        self._show(self.done)

    def end(self) -> None:
        """Give the line back."""
        if self.shown:
            print(file=sys.stderr)

    def _show(self, done: int) -> None:
        if time.monotonic() < self.next:
            return
        self.next, self.shown = time.monotonic() + 0.5, True
        print(f"\r{done:,} of {self.total:,} entries", end="", file=sys.stderr, flush=True)
