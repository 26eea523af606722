"""Keeps the index of words in step with what is said; called inside other commands."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from firstline.core.tickets import words
from firstline.core.tickets.models import Ticket


def index(messages: Sequence[tuple[int, int, str]]) -> None:
    """Index messages given as (message id, ticket id, text), in the caller's transaction."""
    with connection.cursor() as cursor:
        # One by one: PostgreSQL's driver opens a pipeline for executemany, dear for the usual single message.
        for row in words.rows(messages):
            cursor.execute(words.insertion(), row)


def forget(message_ids: Sequence[int]) -> None:
    """Take messages out of the index, because what they said was redacted."""
    if message_ids:
        with connection.cursor() as cursor:
            cursor.execute(words.removal(len(message_ids)), list(message_ids))


def index_heading(ticket: Ticket) -> None:
    """Index a ticket's subject again, which stands with its first message."""
    first = ticket.messages.select_related("content").order_by("pk").first()
    if first is not None:
        forget([first.pk])
        index([(first.pk, ticket.pk, f"{ticket.subject}\n{first.content.text or ''}")])
