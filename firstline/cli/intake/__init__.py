"""Take mail from files or from a mail server's pipe; `mail --read-only` only prints what it says."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from firstline.channels.email import files
from firstline.cli.intake import lines, reading
from firstline.core.kernel.refusals import BadInput, _

NEEDS_DJANGO = False

EXAMPLE = """\
mail: each PATH is a file with one mail, an mbox, a Maildir, or a folder of any of these. Each mail is kept and settled
for the mailbox, as if it had just arrived, and one line is printed for it; what was taken before is a duplicate and
makes nothing twice. Where there is no desk, no mailbox is named and none can be meant, or with --read-only, the
mail is only read: nothing comes of it, and the lines name no outcome.

pipe: one mail on the standard input, as a mail server hands it to a command. The status is 0 only when it is kept,
and 75 (try again later) when it could not be.

example:
  firstline intake mail letter.eml --mailbox desk@example.org
  firstline intake mail --json --read-only ./mails > understood.jsonl
  firstline intake pipe --mailbox desk@example.org < letter.eml
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = EXAMPLE
    verbs = parser.add_subparsers(dest="what", required=True, metavar="mail|pipe")
    mail = verbs.add_parser("mail", help="mail from files", epilog=EXAMPLE)
    mail.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="files and folders with mail")
    mail.add_argument("--read-only", action="store_true", help="only print what the mail says")
    mail.add_argument("--json", action="store_true", help="print everything that was understood, as JSON")
    pipe = verbs.add_parser("pipe", help="one mail on the standard input", epilog=EXAMPLE)
    for verb in (mail, pipe):
        verb.add_argument("--mailbox", metavar="ADDRESS", default="", help="the mailbox it is taken for")


def run(options: argparse.Namespace) -> int:
    """Take or read the mails and print a line for each; return 1 when one was parked, for a pipe its status."""
    if options.what == "pipe":
        from firstline.cli.intake import pipe

        return pipe.run(options.mailbox, sys.stdin.buffer)
    found = list(_paths(options.paths))
    parked = 0
    for line in _lines(found, options):
        parked += bool(line.get("parked"))
        print(json.dumps(line, ensure_ascii=False) if options.json else lines.shortly(line), flush=True)
    return 1 if parked else 0


def _paths(given: list[Path]) -> Iterator[Path]:
    for path in given:
        if not path.exists():
            raise BadInput(_("There is no file or folder %(path)s."), path=str(path))
        yield from files.paths(path)


def _lines(found: list[Path], options: argparse.Namespace) -> Iterator[dict[str, object]]:
    mails = _mails(found)
    if options.read_only:
        yield from map(reading.line, mails)
        return
    from firstline.cli.intake import taking

    place = taking.place(options.mailbox)
    if isinstance(place, str):
        print(f"firstline: {place} So the mail is only read.", file=sys.stderr)
        yield from map(reading.line, mails)
    else:
        yield from taking.lines(mails, place)


def _mails(found: list[Path]) -> Iterable[files.Found]:
    for number, path in enumerate(found, start=1):
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"{number} of {len(found)}", end="\r", file=sys.stderr)
        yield from files.mails(path)
