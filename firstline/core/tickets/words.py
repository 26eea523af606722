"""Which words a text holds and a search asks for, and the statements that index and find them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.db import connection

from firstline.core.kernel.prepared import Prepared

# Of the newest this many messages that hold the words, tickets are shown: a common word stays cheap.
NEWEST = 500
# The inner order and limit keep PostgreSQL from walking the whole key backwards for a rare word.
_POSTGRESQL = """
SELECT ticket_id FROM (
    SELECT rowid, ticket_id FROM tickets_words WHERE words @@ to_tsquery('simple', %s) ORDER BY rowid DESC LIMIT 2000
) hits {public} ORDER BY rowid DESC LIMIT %s
"""
_SQLITE = """
SELECT ticket_id FROM (
    SELECT rowid, ticket_id FROM tickets_words WHERE tickets_words MATCH %s ORDER BY rowid DESC LIMIT 2000
) hits {public} ORDER BY rowid DESC LIMIT %s
"""
_INSERT_POSTGRESQL = Prepared(
    "INSERT INTO tickets_words (rowid, ticket_id, words) VALUES (%s, %s, to_tsvector('simple', %s))"
)
_INSERT_SQLITE = Prepared("INSERT INTO tickets_words (rowid, ticket_id, words) VALUES (%s, %s, %s)")
_PUBLIC = "WHERE EXISTS (SELECT 1 FROM tickets_message WHERE id = hits.rowid AND audience = 'public')"
_WORD = re.compile(r"\w+")


def indexed(text: str) -> str:
    """Return a text's words as they are indexed: case folded, ё as е, separated by blanks."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return " ".join(_WORD.findall(folded)[:5000])


def found(query: str, *, newest: int = NEWEST, public: bool = False) -> list[int]:
    """Return ids of tickets in which all words of `query` were said, the last one as a beginning; newest first.

    public  only where they were said in public
    """
    words = indexed(query).split()[:8]
    if not words:
        return []
    if connection.vendor == "postgresql":
        sql, asked = _POSTGRESQL, " & ".join([*words[:-1], f"{words[-1]}:*"])
    else:
        sql, asked = _SQLITE, " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
    with connection.cursor() as cursor:
        cursor.execute(sql.format(public=_PUBLIC if public else ""), [asked, newest])
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def insertion() -> str:
    """Return the statement that indexes a message: its id, its ticket's id, and its words."""
    return _INSERT_POSTGRESQL if connection.vendor == "postgresql" else _INSERT_SQLITE


def removal(count: int) -> str:
    """Return the statement that takes `count` messages out of the index."""
    return f"DELETE FROM tickets_words WHERE rowid IN ({', '.join(['%s'] * count)})"


def rows(messages: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the values `insertion` wants for (message id, ticket id, text)."""
    return [(message, ticket, indexed(text)) for message, ticket, text in messages]
