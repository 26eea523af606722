"""Working time: evaluate calendars, deadlines and timelines written as JSON."""

from __future__ import annotations

import argparse

from firstline.core.kernel.refusals import BadInput

NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline sla`."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="evaluate")
    verbs.add_parser("evaluate", help="read vectors from standard input, write them back with their answers")
    parser.epilog = "example:\n  firstline sla evaluate < vectors.json"


def run(options: argparse.Namespace) -> int:
    """Answer the vectors on standard input; return the exit status."""
    raise BadInput("Working time cannot be evaluated yet.")
