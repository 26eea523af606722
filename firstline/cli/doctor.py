"""Look for what is wrong: settings, database, owed work, disk; each finding with what to do about it."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from firstline.core.outbox import queries as outbox
from firstline.core.people.queries import home_desk

_EXAMPLE = """example:
  firstline doctor

It changes nothing; the exit status is 1 when something has to be done, 0 otherwise.
"""
LATE = timedelta(minutes=5)
_SMALL = 1024**3
Finding = tuple[str, str, str]  # "ok", "warning" or "error"; what is the case; what to do


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the words of `firstline doctor`."""
    parser.epilog = _EXAMPLE


def run(options: argparse.Namespace) -> int:
    """Print every finding; return 1 if one of them is an error."""
    found = list(findings(datetime.now(UTC)))
    for level, said, hint in found:
        print(f"{level:<8} {said}" + (f"\n{'':<8} {hint}" if hint else ""))
    return int(any(level == "error" for level, _said, _hint in found))


def findings(now: datetime) -> Iterator[Finding]:
    """Yield what is the case, in the order in which one would mend it."""
    yield from _settings()
    yield _disk()
    database = _database()
    yield database
    if database[0] == "error":
        return
    if home_desk() is None:
        yield "warning", "There is no desk yet.", "Make one: firstline setup (or firstline demo)."
    yield _owed(now)
    yield _parked()
    yield _mail()


def _settings() -> Iterator[Finding]:
    wrong = run_checks(tags=["firstline"])
    for message in wrong:
        yield "error" if message.level >= ERROR else "warning", message.msg, message.hint or ""
    if not wrong:
        yield "ok", "The settings are in order.", ""


def _disk() -> Finding:
    free = shutil.disk_usage(settings.DATA).free
    said = f"{free / _SMALL:.1f} GB are free in {settings.DATA}."
    return ("ok", said, "") if free > _SMALL else ("error", said, "Make room: a full disk stops the desk.")


def _database() -> Finding:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connections["default"])
    except DatabaseError as trouble:
        said = f"The database cannot be reached: {str(trouble).strip().splitlines()[0]}."
        return "error", said, "DATABASE_URL names it; without one it is a file in the data folder."
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return "error", f"The database waits for {len(waiting)} migrations.", "They are made by: firstline serve"
    return "ok", f"The database ({connection.vendor}) is of this version.", ""


def _owed(now: datetime) -> Finding:
    since = outbox.due_since(now)
    if since is None or now - since < LATE:
        return "ok", "Owed work is done as it comes.", ""
    minutes = int((now - since).total_seconds() // 60)
    hint = "Is a worker running? It is part of firstline serve; alone: firstline worker"
    return "warning", f"Owed work waits for {minutes} minutes.", hint


def _parked() -> Finding:
    parked = list(outbox.parked()[:3])
    if not parked:
        return "ok", "No owed work is parked.", ""
    troubles = [f"{job.kind} {job.pk}: {job.trouble.strip().rpartition(chr(10))[2][:80]}" for job in parked]
    return "warning", "Some owed work failed often and waits for a human.", "; ".join(troubles)


def _mail() -> Finding:
    if settings.SMTP is None:
        return "warning", "Letters are laid into the data folder, none is sent.", "FIRSTLINE_SMTP names a mail server."
    return "ok", f"Letters leave by {settings.SMTP.host}:{settings.SMTP.port}.", ""
