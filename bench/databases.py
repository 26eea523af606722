"""Databases to measure: seeded ones kept in .cache/bench, copies of them, and fresh ones; one cluster for all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from scripts import with_postgres

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
CLUSTER = CACHE / "postgresql"
KINDS = ("sqlite", "postgresql")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# What a durable server of this size would be given; the disk is waited for, as on SQLite.
OPTIONS = ("-c listen_addresses= -c max_connections=100 -c shared_buffers=1GB -c work_mem=32MB "
           "-c effective_cache_size=8GB -c max_wal_size=8GB -c checkpoint_timeout=30min")  # fmt: skip


@dataclass(frozen=True)
class Database:
    """A database to measure: its kind, how many tickets lie in it, and the environment that names it."""

    kind: str
    tickets: int
    environment: dict[str, str]

    @property
    def title(self) -> str:
        """The words that progress calls it by."""
        return f"{NAMES[self.kind]}, {f'{self.tickets:,} tickets' if self.tickets else 'empty'}"

    def run(self, *command: str) -> str:
        """Run a command of this Python against the database and return what it printed."""
        done = subprocess.run(
            [sys.executable, *command], env=self.environment, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE
        )
        return done.stdout


@contextmanager
def cluster() -> Iterator[None]:
    """Run the kept PostgreSQL cluster while the benchmarks do."""
    owner = with_postgres._owner()
    if not (CLUSTER / "data").exists():
        CLUSTER.mkdir(parents=True, exist_ok=True)
        for folder in (*CLUSTER.parents[:3], CLUSTER):
            folder.chmod(folder.stat().st_mode | 0o011)
        if owner is not None:
            os.chown(CLUSTER, owner.pw_uid, owner.pw_gid)
        with_postgres._as(owner, "initdb", "-D", f"{CLUSTER}/data", "-U", "firstline", "-A", "trust", "-E", "UTF8",
                          "--locale=C.UTF-8")  # fmt: skip
    with_postgres._as(owner, "pg_ctl", "start", "-w", "-D", f"{CLUSTER}/data", "-l", f"{CLUSTER}/log",
                      "-o", f"-k {CLUSTER} {OPTIONS}")  # fmt: skip
    try:
        yield
    finally:
        with_postgres._as(owner, "pg_ctl", "stop", "-m", "fast", "-D", f"{CLUSTER}/data")


@cache
def seeded(kind: str, tickets: int) -> Database:
    """Return a database of that many tickets, seeded at first need, in the schema of today; it is only read."""
    folder = CACHE / f"{kind}-{tickets}"
    found = Database(kind, tickets, _environment(kind, f"bench_{tickets}", folder))
    if (folder / "seeded").exists():
        found.run("-m", "django", "migrate", "-v0")
    else:
        _seed(found, folder)
    return found


@contextmanager
def copied(database: Database) -> Iterator[Database]:
    """Yield a copy of a seeded database that may be written to, and throw it away."""
    with _folder() as folder:
        copy = replace(database, environment=_environment(database.kind, "bench_copy", folder))
        if database.kind == "sqlite":
            shutil.copy(Path(database.environment["FIRSTLINE_DATA"]) / "firstline.sqlite3", folder)
            yield copy
            return
        _made_anew("bench_copy", f"TEMPLATE bench_{database.tickets} STRATEGY file_copy")
        try:
            yield copy
        finally:
            psql("DROP DATABASE bench_copy WITH (FORCE)")


@contextmanager
def empty(kind: str) -> Iterator[Database]:
    """Yield a fresh, migrated database without a desk, and throw it away."""
    with _folder() as folder:
        fresh = Database(kind, 0, _environment(kind, "bench_empty", folder))
        if kind == "postgresql":
            _made_anew("bench_empty")
        _prepare(fresh)
        yield fresh


def psql(statement: str) -> None:
    """Run a statement about databases in the kept cluster."""
    program = (with_postgres.programs() or Path()) / "psql"
    command = [str(program), "-q", "-h", str(CLUSTER), "-U", "firstline", "-d", "postgres", "-c", statement]
    subprocess.run(command, check=True, env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="once-", dir=CACHE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(kind: str, name: str, folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
    own = {"FIRSTLINE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
    if kind == "postgresql":
        own["DATABASE_URL"] = f"postgresql://firstline@/{name}?host={CLUSTER}"
    return {**plain, **own}


def _seed(database: Database, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if database.kind == "postgresql":
        _made_anew(f"bench_{database.tickets}")
    _prepare(database)
    database.run("-m", "bench.seed", str(database.tickets))
    (folder / "seeded").touch()


def _made_anew(name: str, how: str = "") -> None:
    psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    psql(f"CREATE DATABASE {name} {how}")


def _prepare(database: Database) -> None:
    database.run("-m", "django", "migrate", "-v0")
    database.run("-m", "django", "createcachetable")
