"""Makes the database and the files of pages ready: what setup, demo and serve do first."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from firstline.core.kernel.refusals import Refused, _

_LOCK = 4_207_001  # any number that nothing else locks by


class Unreachable(Refused):
    """Where the desk keeps its things does not answer."""


def prepare() -> None:
    """Bring the database to this version and gather the files of pages; does nothing when all is done.

    Processes that start together wait for the first.
    Raises Unreachable when the data folder or the database refuses.
    """
    _must_be_reached()
    with _alone():
        _migrate()
        _cache_table()
        _gather_files()


def database() -> None:
    """Bring the database alone to this version, for commands that need no pages; raises Unreachable."""
    _must_be_reached()
    with _alone():
        _migrate()


def must_stand() -> None:
    """Raise Unreachable where no desk has been set up yet, for commands that only read."""
    _must_be_reached()
    if "tickets_ticket" not in connection.introspection.table_names():
        raise Unreachable(_("There is no desk here yet; firstline setup or firstline demo makes one."))


def _must_be_reached() -> None:
    try:
        Path(settings.DATA).mkdir(parents=True, exist_ok=True)
        (Path(settings.DATA) / "prepare.lock").touch()
        connection.ensure_connection()
    except OSError as error:
        text = _("The data folder %(folder)s cannot be written to: %(why)s. FIRSTLINE_DATA names it.")
        raise Unreachable(text, folder=settings.DATA, why=error.strerror) from error
    except DatabaseError as error:
        text = _("The database cannot be reached: %(why)s. DATABASE_URL names it.")
        raise Unreachable(text, why=str(error).strip().partition("\n")[0]) from error


def _migrate() -> None:
    executor = MigrationExecutor(connections["default"])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _cache_table() -> None:
    described = settings.CACHES["default"]
    in_database = described["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    if in_database and described["LOCATION"] not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)


def _gather_files() -> None:
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    present = _files_digest()
    if stamp.exists() and stamp.read_text() == present:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.parent.exists())
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(present)


def _files_digest() -> str:
    """Return a digest of the names, sizes and times of all files of pages, and of how they are stored."""
    said = [settings.STORAGES["staticfiles"]["BACKEND"]]
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            said.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(said)).encode()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a lock of the data folder, and of the database where several machines share it."""
    with (Path(settings.DATA) / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
