"""The rule that only commands and workers write is itself seen to fail."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.plugins import writes

STATEMENTS = (
    'DELETE FROM "{table}" WHERE 1 = 0',
    'UPDATE "{table}" SET id = id WHERE 1 = 0',
    'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE 1 = 0',
    'WITH gone AS (SELECT 1) DELETE FROM "{table}" WHERE 1 = 0',
)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _called_from(module: str) -> Callable[..., Any]:
    """Return a function of a module of that name which calls what it is given."""
    made = types.ModuleType(module)
    exec("def call(what, *arguments): return what(*arguments)", made.__dict__)
    call: Callable[..., Any] = made.call
    return call


@pytest.fixture
def table(db: None) -> str:
    return next(iter(sorted(table for table in writes.own_tables() if table.startswith("people_"))))


@pytest.mark.parametrize("module", ["firstline.web.portal.views", "firstline.api.v1", "firstline.cli.demo"])
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_write_from_an_edge_is_refused(table: str, module: str, statement: str):
    with pytest.raises(writes.WriteOutsideCommands, match=table):
        _called_from(module)(_run, statement.format(table=table))


def test_a_write_through_core_from_an_edge_is_refused(table: str):
    from_page, through_journal = (
        _called_from("firstline.web.console.views"),
        _called_from("firstline.core.journal.append"),
    )

    with pytest.raises(writes.WriteOutsideCommands):
        from_page(through_journal, _run, STATEMENTS[0].format(table=table))


def test_a_write_by_a_query_is_refused(table: str):
    with pytest.raises(writes.WriteOutsideCommands):
        _called_from("firstline.core.tickets.queries")(_run, STATEMENTS[0].format(table=table))


@pytest.mark.parametrize("module", ["firstline.commands.tickets", "firstline.worker.timers"])
def test_a_write_by_a_command_or_a_worker_passes_whoever_called_it(table: str, module: str):
    from_page, command = _called_from("firstline.web.console.views"), _called_from(module)

    from_page(command, _run, STATEMENTS[0].format(table=table))


def test_a_test_may_arrange_rows_and_call_the_journal_directly(table: str):
    _run(STATEMENTS[0].format(table=table))
    _called_from("firstline.core.journal.append")(_run, STATEMENTS[0].format(table=table))


def test_the_tables_of_the_framework_are_exempt(db: None):
    _called_from("firstline.web.accounts")(_run, "DELETE FROM django_session WHERE 1 = 0")


def test_reading_for_update_is_no_write(table: str):
    sql = f'SELECT * FROM "{table}" WHERE 1 = 0'

    _called_from("firstline.web.console.views")(_run, sql)
