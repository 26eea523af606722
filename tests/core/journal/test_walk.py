"""Whatever is changed in a sealed entry is found, at the entry where it was changed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from firstline.core.journal import chain as chains
from firstline.core.journal import walk as walks
from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from tests import world
from tests.plugins.database import guards_lifted

A_LITTLE_LATER = world.now(minutes=3) + timedelta(microseconds=1)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def two_chains(transactional_db: None) -> None:
    """Tell five facts of one thing, and two of another that comes behind it."""
    for number in range(1, 6):
        at = world.now(minutes=number)
        append(
            "thing:1",
            "tried",
            by_id=7,
            at=at,
            recorded_at=at,
            facts={"number": number, "word": 'naïve \u2028 "quoted"'},
        )
    for _number in range(2):
        append("thing:2", "tried", by_id=None, at=world.NINE, recorded_at=world.NINE, facts={})


def _third() -> Entry:
    return Entry.objects.get(chain="thing:1", seq=3)


def _set(**columns: object) -> Callable[[], None]:
    def change() -> None:
        Entry.objects.filter(pk=_third().pk).update(**columns)

    return change


def _rewritten(**parts: object) -> Callable[[], None]:
    """Return a change of the sealed bytes themselves, under a seal that fits them."""

    def change() -> None:
        entry = _third()
        said = {**json.loads(bytes(entry.body)), **parts}
        body = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        Entry.objects.filter(pk=entry.pk).update(body=body, seal=chains.seal_of(body))

    return change


def _facts_changed() -> None:
    entry = _third()
    Entry.objects.filter(pk=entry.pk).update(body=bytes(entry.body).replace(b'"number":3', b'"number":9'))


def _swapped() -> None:
    third, fourth = _third(), Entry.objects.get(chain="thing:1", seq=4)
    for entry, seq in ((third, 99), (fourth, 3), (third, 4)):
        Entry.objects.filter(pk=entry.pk).update(seq=seq)


def _deleted() -> None:
    Entry.objects.filter(pk=_third().pk).delete()


def test_a_journal_that_nobody_touched_holds():
    walked = walks.walk()

    assert (walked.entries, walked.chains, walked.broken) == (7, 2, [])


@pytest.mark.parametrize(
    ("tamper", "seq", "why"),
    [
        pytest.param(_set(happened_at=world.NINE), 3, "happened_at was changed", id="time"),
        pytest.param(_set(happened_at=A_LITTLE_LATER), 3, "happened_at was changed", id="microsecond"),
        pytest.param(_set(recorded_at=world.NINE), 3, "recorded_at was changed", id="time of recording"),
        pytest.param(_set(by_id=8), 3, "by was changed", id="author"),
        pytest.param(_set(by_id=None), 3, "by was changed", id="author taken away"),
        pytest.param(_set(kind="dreamt"), 3, "kind was changed", id="kind"),
        pytest.param(_set(chain="thing:0"), 3, "number 1 is missing", id="chain"),
        pytest.param(_set(seal=b"x" * 32), 3, "the seal does not fit", id="seal"),
        pytest.param(_facts_changed, 3, "the seal does not fit", id="facts"),
        pytest.param(_rewritten(facts={"number": 9}), 4, "not sealed to the entry before", id="facts, sealed anew"),
        pytest.param(_rewritten(by=8), 3, "by was changed", id="author in the bytes, sealed anew"),
        pytest.param(_rewritten(facts=None, v=2), 4, "not sealed to the entry before", id="format"),
        pytest.param(_set(body=b"{}", seal=chains.seal_of(b"{}")), 3, "no entry", id="bytes that say nothing"),
        pytest.param(_set(body=b"\xff", seal=chains.seal_of(b"\xff")), 3, "no entry", id="bytes that are no text"),
        pytest.param(_swapped, 3, "its seq was changed|not sealed to", id="order"),
        pytest.param(_deleted, 4, "number 3 is missing; number 4 stands in its place", id="an entry taken out"),
    ],
)  # fmt: skip
def test_a_change_is_found_where_it_was_made(tamper: Callable[[], None], seq: int, why: str):
    with guards_lifted():
        tamper()

    first = walks.walk().broken[0]

    assert first.seq == seq
    assert re.search(why, first.why)


def test_each_broken_chain_is_named_once_and_the_others_hold():
    with guards_lifted():
        Entry.objects.filter(chain="thing:1", seq__gte=2).update(by_id=1)

    assert [(broken.chain, broken.seq) for broken in walks.walk().broken] == [("thing:1", 2)]


def test_parts_join_without_a_seam():
    whole = walks.walk()

    for count in (1, 2, 3, 7):
        walked = [walks.walk(after=after, up_to=up_to) for after, up_to in walks.parts(count)]
        assert sum(part.entries for part in walked) == whole.entries
        assert sum(part.chains for part in walked) == whole.chains


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 7])
def test_chunks_join_without_a_seam(chunk: int):
    walked = walks.walk(chunk=chunk)

    assert (walked.entries, walked.chains, walked.broken) == (7, 2, [])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET kind = 'tampered'",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE seq = 3",
    ],
)
def test_the_database_itself_refuses_to_change_the_journal(statement: str):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _execute(statement.format(table="journal_entry"))

    assert walks.walk().broken == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="INSERT OR REPLACE is SQLite's")
def test_sqlite_refuses_to_replace_an_entry():
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _execute("INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry WHERE seq = 3")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE is PostgreSQL's")
def test_postgresql_refuses_to_truncate_the_journal():
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        _execute("TRUNCATE journal_entry CASCADE")


def test_two_entries_cannot_take_one_place_in_a_chain():
    entry = _third()
    entry.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save(force_insert=True)


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
