"""The desk that registrations by API are measured on, and the same rows written in plain SQL."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import world
from firstline.commands.setup.tokens import give_token
from firstline.core.journal.models import Entry
from firstline.core.tickets.models import Message, Ticket

ROUNDS = 300
ADDRESS = "/api/v1/tickets"


def make() -> tuple[str, int]:
    """Make the desk in an empty, migrated database; return an operator's token and the id of a requester."""
    made = world.make()
    operator = made.staff[made.front][0]
    scopes = ["tickets:register", "tickets:read"]
    _token, secret = give_token(person_id=operator, by_id=None, name="bench", scopes=scopes, now=timezone.now())
    return secret, made.requesters[0][0]


def statements(secret: str) -> int:
    """Return how many statements the second registration takes, begin and savepoints included."""
    body = json.dumps({"subject": "Printer", "text": "It prints nothing.", "service": "service-3"})
    headers = {"Authorization": f"Bearer {secret}"}
    client = Client(headers=headers)
    client.post(ADDRESS, body, content_type="application/json")
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    return len(captured)


def plain() -> dict[str, Any]:
    """Return how many times a second the rows of one registration are written and committed in plain SQL."""
    written = [_statement(row) for row in _rows_of(Ticket.objects.latest("pk"))]
    began = time.perf_counter()
    for _ in range(ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            ticket_id = 0
            for sql, values in written:
                cursor.cursor.execute(sql, [value(ticket_id) if callable(value) else value for value in values])
                if sql.endswith("RETURNING id"):
                    ticket_id = cursor.cursor.fetchone()[0]
    rate = ROUNDS / (time.perf_counter() - began)
    return {"rows of one registration": len(written), "the same rows in plain SQL, transactions/s": rate}


def _rows_of(ticket: Ticket) -> list[models.Model]:
    """Return every row that registering the ticket wrote, but for the index of words."""
    message = Message.objects.get(ticket=ticket)
    assert ticket.envelope is not None
    hanging = [
        row
        for name in ("ownership.Holding", "ownership.QueuePlace", "sla.Clock")
        for row in apps.get_model(name).objects.filter(ticket=ticket)
    ]
    figures = apps.get_model("insight.Figures").objects.get(pk=ticket.pk)
    job = apps.get_model("outbox.Job").objects.latest("pk")
    entry = Entry.objects.get(chain=ticket.chain)
    return [ticket.envelope.blob, ticket.envelope, ticket, message.content, message, *hanging, figures, entry, job]


def _statement(row: models.Model) -> tuple[str, list[Any]]:
    """Return an INSERT of the row and its values; those that differ each time are functions of the ticket's id."""
    fields = [each for each in row._meta.concrete_fields if _fresh(row, each) or not isinstance(each, models.AutoField)]
    mark = "%s" if connection.vendor == "postgresql" else "?"
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = [_fresh(row, field) or field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    sql = f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({", ".join([mark] * len(fields))})'
    return f"{sql} RETURNING id" if isinstance(row, Ticket) else sql, values


def _fresh(row: models.Model, field: models.Field[Any, Any]) -> Callable[[int], Any] | None:
    if field.name == "ticket" or (row._meta.label, field.name) == ("insight.Figures", "id"):
        return lambda ticket_id: ticket_id
    length = _UNIQUE.get((row._meta.label, field.name))
    return (lambda _ticket_id: secrets.token_hex(length)) if length else None


_UNIQUE = {
    ("intake.Blob", "digest"): 32,
    ("intake.Envelope", "source_id"): 16,
    ("journal.Content", "digest"): 32,
    ("journal.Entry", "chain"): 16,
}
