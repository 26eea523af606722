"""Read mail from files and print what it says; nothing is registered or kept."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.parse import understand
from firstline.core.intake.inbound import Address, Bounce, File, Inbound
from firstline.core.kernel.refusals import BadInput, _

NEEDS_DJANGO = False

EXAMPLE = """\
Each PATH is a file that holds one mail, or a folder of such files. One line is printed for each file. The mail is
only read: no ticket comes of it, and the lines name no outcome. A mail past the bounds is printed with the reason
why it would be parked.

example:
  firstline intake mail letter.eml
  firstline intake mail --json ./mails > understood.jsonl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.epilog = EXAMPLE
    parser.add_argument("what", choices=["mail"], help="what the files hold")
    parser.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a file with one mail, or a folder of them")
    parser.add_argument("--json", action="store_true", help="print everything that was understood, as JSON")


def run(options: argparse.Namespace) -> int:
    """Print a line for each file; return 1 when a mail was past the bounds."""
    files = list(_files(options.paths))
    parked = 0
    for number, path in enumerate(files, start=1):
        if sys.stderr.isatty() and number % 50 == 0:
            print(f"{number} of {len(files)}", end="\r", file=sys.stderr)
        line = read(path)
        parked += "parked" in line
        print(json.dumps(line, ensure_ascii=False) if options.json else _shortly(line))
    return 1 if parked else 0


def read(path: Path) -> dict[str, object]:
    """Return what the mail in a file says, by the names of the command's JSON."""
    raw = path.read_bytes()
    began = time.perf_counter()
    try:
        told = _told(understand(raw))
    except TooMuch as much:
        told = {"parked": str(much)}
    return {"file": str(path), **told, "elapsed_ms": round((time.perf_counter() - began) * 1000, 1)}


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.is_file())
        elif path.is_file():
            yield path
        else:
            raise BadInput(_("There is no file or folder %(path)s."), path=str(path))


def _told(mail: Inbound) -> dict[str, object]:
    return {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "from": _one(mail.from_[0]) if mail.from_ else None,
        "to": [_one(each) for each in mail.to],
        "cc": [_one(each) for each in mail.cc],
        "reply_to": [_one(each) for each in mail.reply_to],
        "text": mail.text,
        "html": mail.html,
        "reply_text": mail.reply_text,
        "attachments": [_attached(each) for each in mail.files],
        "signed": mail.signed,
        "encrypted": mail.encrypted,
        "bounce": _bounced(mail.bounce) if mail.bounce else None,
        "auto_reply": mail.auto_reply,
        "trouble": list(mail.trouble),
    }


def _bounced(bounce: Bounce) -> dict[str, object]:
    told = [
        {"address": each.address, "status": each.status, "reason": each.reason, "hard": each.hard}
        for each in bounce.recipients
    ]
    return {"recipients": told, "message_id": bounce.message_id}


def _one(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _attached(file: File) -> dict[str, object]:
    digest = hashlib.sha1(file.data, usedforsecurity=False).hexdigest()
    return {"name": file.name, "size": len(file.data), "sha1": digest, "content_type": file.content_type}


def _shortly(line: dict[str, object]) -> str:
    if "parked" in line:
        return f"{line['file']}: would be parked: {line['parked']}"
    sender = line["from"]
    address = sender["address"] if isinstance(sender, dict) else "nobody"
    return f"{line['file']}: {line['subject'] or '(no subject)'}, from {address}"
