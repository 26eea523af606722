"""Serve pages and the API only; any number of these, on any number of machines, with PostgreSQL."""

from __future__ import annotations

import argparse
import sys

from firstline.cli import pages, prepare, serve
from firstline.cli.processes import Child, Tree, spare_memory

_EXAMPLE = """example:
  DATABASE_URL=postgresql://firstline@db/firstline firstline web --host 0.0.0.0 --port 8000 --workers 4
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline web`."""
    parser.epilog = _EXAMPLE
    serve.add_address(parser)
    parser.add_argument("--workers", default=pages.WORKERS, type=int, help=f"processes ({pages.WORKERS})")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; return the exit status. Raises BadInput if the port is taken."""
    pages.must_be_free(options.host, options.port)
    serve.name_own_address(options.host, options.port)
    prepare.prepare()
    spare_memory()
    pages.load()
    web = Child("web", lambda: pages.serve(options.host, options.port, max(1, options.workers)))
    return Tree([web], said=lambda words: print(f"firstline: {words}", file=sys.stderr, flush=True)).run()
