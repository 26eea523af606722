"""Seeded databases for the benchmarks, kept between runs in .cache/bench: a folder each, one cluster for all."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts import with_postgres

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "bench"
CLUSTER = CACHE / "postgresql"
KINDS = ("sqlite", "postgresql")
# What a durable server of this size would be given; the disk is waited for, as on SQLite.
OPTIONS = ("-c listen_addresses= -c max_connections=100 -c shared_buffers=1GB -c work_mem=32MB "
           "-c effective_cache_size=8GB -c max_wal_size=8GB -c checkpoint_timeout=30min")  # fmt: skip


@dataclass(frozen=True)
class Seeded:
    """A database to measure: its kind, how many tickets lie in it, and the environment that names it."""

    kind: str
    tickets: int
    environment: dict[str, str]

    @property
    def title(self) -> str:
        """The words a table of results calls it by."""
        return f"{'SQLite' if self.kind == 'sqlite' else 'PostgreSQL'}, {self.tickets:,} tickets"

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
    fresh = not (CLUSTER / "data").exists()
    if fresh:
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


def seeded(kind: str, tickets: int) -> Seeded:
    """Return a database of that many tickets, seeded at first need."""
    folder = CACHE / f"{kind}-{tickets}"
    found = Seeded(kind, tickets, _environment(kind, tickets, folder))
    if not (folder / "seeded").exists():
        _seed(found, folder)
    return found


def psql(statement: str) -> None:
    """Run a statement about databases in the kept cluster."""
    program = (with_postgres.programs() or Path()) / "psql"
    command = [str(program), "-q", "-h", str(CLUSTER), "-U", "firstline", "-d", "postgres", "-c", statement]
    subprocess.run(command, check=True)


def _environment(kind: str, tickets: int, folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
    own = {"FIRSTLINE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
    if kind == "postgresql":
        own["DATABASE_URL"] = f"postgresql://firstline@/bench_{tickets}?host={CLUSTER}"
    return {**plain, **own}


def _seed(database: Seeded, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if database.kind == "postgresql":
        psql(f"DROP DATABASE IF EXISTS bench_{database.tickets}")
        psql(f"CREATE DATABASE bench_{database.tickets}")
    database.run("-m", "django", "migrate", "-v0")
    database.run("-m", "django", "createcachetable")
    database.run("-m", "bench.seed", str(database.tickets))
    (folder / "seeded").touch()
