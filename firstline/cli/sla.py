"""Working time: evaluate deadlines, calendars and timelines written as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from firstline.core.kernel.refusals import BadInput
from firstline.core.kernel.words import gettext as _
from firstline.core.sla import vectors

NEEDS_DJANGO = False

_EXAMPLE = """example:
  firstline sla evaluate < vectors.json > answers.json

where vectors.json holds
  {"vectors": [{"kind": "add", "start": "2026-01-05T15:00:00Z", "seconds": 14400,
                "calendar": {"tz": "Europe/Berlin", "hours": {"mon": [["09:00", "17:00"]]}}}]}
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline sla`."""
    parser.epilog = _EXAMPLE
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="evaluate")
    said = "Read vectors or timelines from standard input, write them back with their answers."
    verbs.add_parser("evaluate", help=said, description=said, epilog=_EXAMPLE)


def run(options: argparse.Namespace) -> int:
    """Answer the file on standard input; return the exit status. Raises BadInput."""
    answered = vectors.answer_file(_read(sys.stdin.buffer.read()))
    sys.stdout.buffer.write(_written(answered))
    sys.stdout.flush()
    return 0


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInput(_("Standard input is not UTF-8 text: save the file as UTF-8.")) from error
    except json.JSONDecodeError as error:
        text = _("Standard input is not JSON (line {line}, column {column}): give it a file of vectors.")
        raise BadInput(text.format(line=error.lineno, column=error.colno)) from error
    except (ValueError, RecursionError) as error:
        raise BadInput(_("Standard input holds numbers too long or lists too deep to be vectors.")) from error


def _written(answered: dict[str, Any]) -> bytes:
    try:
        return json.dumps(answered, ensure_ascii=False, indent=1).encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair: JSON may hold it, UTF-8 may not
        return json.dumps(answered, indent=1).encode() + b"\n"
