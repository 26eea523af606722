"""Fills a database with tickets that have lived: a valid journal, holdings, clocks, messages and a queue.

    python -m bench.seed 100000 [--open-share 0.05]

Every ticket's chain is made fact by fact and its row is what `life.apply` makes of them, so that
`firstline journal verify --replay` passes over all of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

import django

OPEN_SHARE = 0.05


def main() -> None:
    """Seed the database that the environment names."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.config.settings")
    django.setup()
    from bench.story import seed

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=int)
    parser.add_argument("--open-share", type=float, default=None)
    options = parser.parse_args()
    share = OPEN_SHARE if options.open_share is None else options.open_share
    began = time.monotonic()
    for done in seed(options.tickets, int(options.tickets * share)):
        rate = done / (time.monotonic() - began)
        print(f"\r{done:,} of {options.tickets:,} tickets, {rate:,.0f}/s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


if __name__ == "__main__":
    main()
