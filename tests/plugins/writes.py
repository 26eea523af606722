"""Every write to the desk's own tables comes from a command or a worker; any other fails its test.

The rule looks at the stack of each INSERT, UPDATE and DELETE. A test may arrange rows by calling the ORM,
the journal or the outbox directly; a page, the API or the command line may not write by itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

WRITE = re.compile(
    r'\b(?:INSERT(?: OR \w+)? INTO|(?<!FOR )UPDATE(?: OR \w+)?|DELETE FROM|REPLACE INTO)\s+"?(\w+)', re.I
)
BEGINNINGS = ("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH")
WRITERS = ("firstline.commands", "firstline.worker")
# Below the commands: what these do, they do for whoever called them.
GROUND = ("firstline.core.journal", "firstline.core.outbox", "firstline.core.rows", "firstline.config.database")
# Sign-in writes these; they are the framework's, not the desk's.
EXEMPT = {"people_account"}


class WriteOutsideCommands(AssertionError):
    """A page, the API or the command line wrote to the desk's tables by itself."""


@pytest.fixture(scope="session", autouse=True)
def writes_come_from_commands() -> Iterator[None]:
    """Watch every connection that any thread of the test run opens."""
    connection_created.connect(_watch)
    yield
    connection_created.disconnect(_watch)


def _watch(connection: BaseDatabaseWrapper, **_: Any) -> None:
    if refuse not in connection.execute_wrappers:
        connection.execute_wrappers.append(refuse)


def refuse(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run the statement, unless it writes to the desk's tables on behalf of no command."""
    if isinstance(sql, str) and sql.lstrip("( \n").upper().startswith(BEGINNINGS):
        written = set(WRITE.findall(sql)) & own_tables()
        if written and not is_allowed(modules_on_stack()):
            raise WriteOutsideCommands(f"written outside firstline.commands: {', '.join(sorted(written))}")
    return execute(sql, params, many, context)


@cache
def own_tables() -> set[str]:
    """Return the tables of the desk's own apps."""
    models = [model for model in apps.get_models(include_auto_created=True) if _is_own(model.__module__)]
    return {model._meta.db_table for model in models} - EXEMPT


def modules_on_stack() -> set[str]:
    """Return the desk's modules that wait for the present statement."""
    found = set()
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if _is_own(name):
            found.add(name)
        frame = frame.f_back  # type: ignore[assignment]
    return found


def is_allowed(modules: set[str]) -> bool:
    """Tell whether a write may come from a stack of these modules of the desk."""
    if any(_is_in(name, WRITERS) for name in modules):
        return True
    return all(_is_in(name, GROUND) or ".migrations." in name for name in modules)


def _is_own(name: str) -> bool:
    return name == "firstline" or name.startswith("firstline.")


def _is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)
