"""Registering by API: requests a second with one and eight clients, beside the same rows in plain SQL.

    python -m bench.api [--databases sqlite,postgresql] [--share 0.5]

The desk is served by `firstline web` (granian, WSGI, two workers); SQLite waits for the disk with every commit,
and so does PostgreSQL.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from typing import Any

from bench.databases import CACHE, KINDS, NAMES, Database, cluster, empty
from bench.load import question, server, timed

CLIENTS = {1: 400, 8: 1600}
TEXT = "The cash register in hall 3 prints nothing since this morning; restarting it did not help. " * 3


def measure(database: Database, share: float = 1.0) -> dict[str, Any]:
    """Return requests a second, statements, processor time, and the rate of the same rows in plain SQL.

    share  of the usual number of requests
    """
    known = json.loads(database.run("-m", "bench.api", "--desk"))
    asked = _question(known["secret"], known["requester"])
    figures: dict[str, Any] = dict(known["figures"])
    with server(database) as served:
        # Both workers awake, openings unfolded.
        timed(served.port, lambda _number: asked, clients=2, requests=100)
        for clients, requests in CLIENTS.items():
            name = f"registering, {clients} client{'s' * (clients > 1)}"
            count = max(int(requests * share), clients)
            before = served.seconds()
            shown = timed(served.port, lambda _number: asked, clients=clients, requests=count)
            figures[f"{name}, requests/s"] = round(shown.rate, 1)
            figures[name] = {
                "p50 ms": round(shown.p50, 1), "p95 ms": round(shown.p95, 1),
                "processor ms of the web": round(1000 * (served.seconds() - before) / count, 2),
            }  # fmt: skip
    return figures


def _desk() -> dict[str, Any]:
    """Make the desk in this process's database; return who may register for whom, and what it takes."""
    import django

    django.setup()
    from bench import api_desk

    secret, requester = api_desk.make()
    figures = {"statements of one registration": api_desk.statements(secret), **api_desk.plain()}
    return {"secret": secret, "requester": requester, "figures": figures}


def _question(secret: str, requester: int) -> bytes:
    body = json.dumps({"subject": "Printer", "text": TEXT, "service": "service-3", "requester": {"id": requester}})
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}"}
    return question("POST", "/api/v1/tickets", headers, body)


def main() -> None:
    """Measure what the arguments name, and print it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of requests")
    parser.add_argument("--desk", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.desk:
        print(json.dumps(_desk()))
        return
    CACHE.mkdir(parents=True, exist_ok=True)
    kinds = options.databases.split(",")
    with cluster() if "postgresql" in kinds else contextlib.nullcontext():
        for kind in kinds:
            with empty(kind) as database:
                for name, value in measure(database, options.share).items():
                    print(f"{NAMES[kind]:<12}{name:<50} {value}")


if __name__ == "__main__":
    main()
