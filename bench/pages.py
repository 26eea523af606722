"""Queue and ticket pages: how fast for four clients, in how many statements, over how many rows."""

from __future__ import annotations

import json
import random
import sys
from typing import Any

from bench.databases import Database
from bench.load import question, server, timed

CLIENTS, REQUESTS = 4, 400


def measure(database: Database) -> dict[str, Any]:
    """Return the figures of the two pages, for an operator whose scope is the whole desk and for a specialist."""
    with server(database) as served:  # it gathers the static files that the pages name
        known = json.loads(database.run("-m", "bench.pages", "inspect"))
        figures: dict[str, Any] = {key: value for key, value in known.items() if key != "asks"}
        for name, asked in known["asks"].items():
            headers = {"Cookie": f"sessionid={asked['session']}"}
            questions = [question("GET", path, headers) for path in asked["paths"]]
            drawn = random.Random(2).choices(questions, k=REQUESTS)
            timed(served.port, drawn.__getitem__, clients=CLIENTS, requests=40)
            shown = timed(served.port, drawn.__getitem__, clients=CLIENTS, requests=REQUESTS)
            figures[name] = {"p50 ms": round(shown.p50, 1), "p95 ms": round(shown.p95, 1), "per s": round(shown.rate)}
    return figures


def inspect() -> dict[str, Any]:
    """Sign two people in, draw pages to ask for, and count the statements and rows each page takes; in process."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    from firstline.core.people.models import Account
    from firstline.core.tickets.models import Ticket

    numbers = [ticket.number for ticket in Ticket.objects.order_by("-pk")[:200]]
    tickets = [f"/console/tickets/{number}" for number in numbers]
    asks: dict[str, Any] = {}
    counted: dict[str, Any] = {}
    people = {"operator": Account.objects.get(email="operator@bench.example"),
              "specialist": Account.objects.filter(email__startswith="specialist-").first()}  # fmt: skip
    for who, account in people.items():
        assert account is not None
        client = Client()
        client.force_login(account)
        session = client.cookies["sessionid"].value
        assert isinstance(client.session, SessionStore)
        asks[f"queue page, {who}"] = {"paths": ["/console/"], "session": session}
        counted[f"queue page, {who}, statements"], counted[f"queue page, {who}, rows visited"] = _cost(
            client, "/console/"
        )
        if who == "operator":
            asks["ticket page"] = {"paths": tickets, "session": session}
            counted["ticket page, statements"], counted["ticket page, rows visited"] = _cost(client, tickets[0])
    return {**counted, "asks": asks}


def _cost(client: Any, path: str) -> tuple[int, int | None]:
    """Return how many statements a page takes, and how many rows PostgreSQL read for it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assert client.get(path).status_code == 200, path
    before = _rows_read()
    with CaptureQueriesContext(connection) as statements:
        client.get(path)
    after = _rows_read()
    return len(statements), after - before if after is not None and before is not None else None


def _rows_read() -> int | None:
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0)) FROM pg_stat_user_tables")
        return int(cursor.fetchone()[0])


if __name__ == "__main__" and sys.argv[1:] == ["inspect"]:
    import django

    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["*"]
    print(json.dumps(inspect()))
