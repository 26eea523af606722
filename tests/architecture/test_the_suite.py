"""What the suite promises its tests: emptied tables, guards that stand, and a database that is really shared."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from firstline.core.journal.append import append
from firstline.core.journal.models import Entry
from tests.plugins import writes
from tests.plugins.database import guards_lifted

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _entry() -> Entry:
    return append("test", "tried", by_id=None, at=NINE, recorded_at=NINE, facts={})


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_tables_are_empty_again_after_a_test_that_committed(time: str):
    assert _entry().seq == 1


@pytest.mark.django_db(transaction=True)
def test_guards_of_the_journal_stand_again_after_they_were_lifted():
    entry = _entry()
    with guards_lifted():
        Entry.objects.filter(pk=entry.pk).update(kind="tampered")

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Entry.objects.filter(pk=entry.pk).delete()


@pytest.mark.django_db(transaction=True)
def test_threads_of_one_test_share_its_database_and_its_rules():
    _entry()
    seen: list[int] = []

    def look() -> None:
        seen.append(Entry.objects.count())
        seen.append(connection.execute_wrappers.count(writes.refuse))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1, 1]
