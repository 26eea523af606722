"""Serve the whole desk on one port: pages, API and worker in one tree of processes."""

from __future__ import annotations

import argparse
import os
import sys

from django.conf import settings

from firstline.cli import listen, pages, prepare, worker
from firstline.cli.processes import Child, Tree, spare_memory

_EXAMPLE = """example:
  firstline serve --host 0.0.0.0 --port 8000

then open http://127.0.0.1:8000/ . Stop it with Ctrl+C; whatever it was told is kept.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline serve`."""
    parser.epilog = _EXAMPLE
    add_address(parser)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Declare where to listen, for this command and for `firstline web`."""
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (127.0.0.1)")
    parser.add_argument("--port", default=8000, type=int, help="the port to listen on (8000)")


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop; return the exit status. Raises BadInput if the port is taken."""
    pages.must_be_free(options.host, options.port)
    name_own_address(options.host, options.port)
    prepare.prepare()
    spare_memory()
    pages.load()
    worker.load()
    children = [Child("web", lambda: pages.serve(options.host, options.port)), *worker.children()]
    if settings.LISTEN.at_all:
        listen.load()
        children.append(Child("listen", lambda: listen.listen(settings.LISTEN)))
    tree = Tree(children, said=lambda words: print(f"firstline: {words}", file=sys.stderr, flush=True))
    print(f"Firstline is at {settings.PUBLIC_URL}/  (its data in {settings.DATA}; Ctrl+C stops it)", flush=True)
    return tree.run()


def name_own_address(host: str, port: int) -> None:
    """Let links in letters lead where we listen, unless FIRSTLINE_URL says where that is from outside."""
    if "FIRSTLINE_URL" in os.environ or "FIRSTLINE_URL_FILE" in os.environ:
        return
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    settings.PUBLIC_URL = f"http://{reached}:{port}"
