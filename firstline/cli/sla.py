"""Working time: evaluate deadlines, calendars and timelines written as JSON; explain the deadlines of a ticket."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.sla import vectors

NEEDS_DJANGO = False

_EVALUATE = """example:
  firstline sla evaluate < vectors.json > answers.json

where vectors.json holds
  {"vectors": [{"kind": "add", "start": "2026-01-05T15:00:00Z", "seconds": 14400,
                "calendar": {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}}}]}
"""
_EXPLAIN = """example:
  firstline sla explain 100042
  firstline sla explain 100042 --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline sla`."""
    parser.epilog = _EVALUATE + _EXPLAIN.removeprefix("example:\n")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="evaluate|explain")
    said = "Read vectors or timelines from standard input, write them back with their answers."
    verbs.add_parser("evaluate", help=said, description=said, epilog=_EVALUATE)
    said = "Say how every deadline of a ticket came about: what chose it, and each interval counted or skipped."
    explain = verbs.add_parser("explain", help=said, description=said, epilog=_EXPLAIN)
    explain.add_argument("number", type=int, help="the ticket's number")
    explain.add_argument("--json", action="store_true", help="print the derivation as JSON")


def run(options: argparse.Namespace) -> int:
    """Do what was asked; return the exit status. Raises BadInput, NotThere."""
    if options.verb == "explain":
        return _explain(options.number, as_json=options.json)
    answered = vectors.answer_file(_read(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(_written(answered))
    sys.stdout.flush()
    return 0


def _explain(number: int, *, as_json: bool) -> int:
    import django

    django.setup()  # evaluating needs none of it, and starts in half the time without
    from firstline.cli import deadlines

    return deadlines.explain(number, as_json=as_json)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(_("Standard input is not UTF-8 text: save the file as UTF-8.")) from error
    except json.JSONDecodeError as error:
        text = _("Standard input is not JSON (line %(line)s, column %(column)s): give it a file of vectors.")
        raise BadInput(text, line=error.lineno, column=error.colno) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_("Standard input holds numbers too long or lists too deep to be vectors.")) from error


def _written(answered: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answered, ensure_ascii=False, indent=1).encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair: JSON may hold it, UTF-8 may not
        return json.dumps(answered, indent=1).encode() + b"\n"
