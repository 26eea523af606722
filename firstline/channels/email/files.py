"""Mail that lies in files: one mail, many in an mbox, or folders of files, Maildir among them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The line between two mails of an mbox: sender, then a date as asctime writes it.
_BETWEEN = re.compile(rb"From \S* *(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +[A-Z][a-z]{2} +\d{1,2} +\d\d:\d\d")
_QUOTED = re.compile(rb">+From ")


@dataclass(frozen=True)
class Found:
    """One mail: the file it lies in, which one of that file it is (from 1; 0 when it is the only one), its bytes."""

    path: Path
    number: int
    raw: bytes


def paths(given: Path) -> Iterator[Path]:
    """Yield the file, or all files of a folder and those in it, in order; of a Maildir what was delivered."""
    if not given.is_dir():
        yield given
        return
    for folder, below, names in os.walk(given):
        maildir = {"cur", "new"} <= set(below)
        # What lies in tmp is not delivered yet; beside the three lie a server's own notes.
        below[:] = sorted(name for name in below if not (maildir and name == "tmp"))
        if not maildir:
            yield from (Path(folder, name) for name in sorted(names))


def mails(path: Path) -> Iterator[Found]:
    """Yield the mails of one file, each whole in memory only while it is looked at. Raises OSError."""
    with path.open("rb") as file:
        first = file.readline()
        if not _BETWEEN.match(first):
            yield Found(path, 0, first + file.read())
            return
        for number, raw in enumerate(_apart(file), start=1):
            yield Found(path, number, raw)


def _apart(file: Iterator[bytes]) -> Iterator[bytes]:
    lines: list[bytes] = []
    blank = False
    for line in file:
        if blank and _BETWEEN.match(line):
            yield b"".join(lines[:-1])  # the blank line belongs to the mbox
            lines, blank = [], False
            continue
        lines.append(line[1:] if _QUOTED.match(line) else line)
        blank = line in (b"\n", b"\r\n")
    yield b"".join(lines)
