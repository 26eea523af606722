"""Commands of the desk over seeded databases: the journal verified, the report counted, a log imported."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.databases import CACHE, ROOT, Seeded

LOG = "uci_incident_2016-02-29_to_03-20.csv.gz"


def verify(database: Seeded) -> dict[str, Any]:
    """Return entries a second of `firstline journal verify`."""
    said = database.run("-m", "firstline", "journal", "verify")
    found = re.search(r"\(([\d,]+) entries.*?([\d,]+) a second\)", said)
    assert found, said
    return {"journal verify, entries": _number(found[1]), "journal verify, entries/s": _number(found[2])}


def report(database: Seeded) -> dict[str, Any]:
    """Return seconds of `firstline report kpi`, the process's start taken off."""
    began = time.perf_counter()
    database.run("-m", "firstline", "report", "kpi", "--json")
    took = time.perf_counter() - began
    began = time.perf_counter()
    database.run("-m", "firstline", "report", "kpi", "--json", "--from", "1999-01-01", "--to", "1999-01-02")
    empty = time.perf_counter() - began
    return {"report kpi, s": round(took - empty, 2), "report kpi, s with start": round(took, 2)}


def log_import(kind: str, environment: dict[str, str]) -> dict[str, Any]:
    """Return events a second of `firstline import eventlog` into an empty database; {} without the log."""
    log = _log()
    if log is None:
        return {}
    database = Seeded(kind, 0, environment)
    began = time.perf_counter()
    database.run("-m", "firstline", "import", "eventlog", str(log), "--map", "uci-incidents")
    return {"import, events/s": round(40_658 / (time.perf_counter() - began))}


def empty(kind: str) -> dict[str, str]:
    """Return the environment of a fresh, migrated database."""
    folder = Path(tempfile.mkdtemp(prefix="empty-", dir=CACHE))
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "DATABASE_"))}
    environment = {**plain, "FIRSTLINE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "firstline.config.settings"}
    if kind == "postgresql":
        environment["DATABASE_URL"] = fresh_database()
    Seeded(kind, 0, environment).run("-m", "django", "migrate", "-v0")
    return environment


def drop(environment: dict[str, str]) -> None:
    """Throw an empty database's folder away."""
    shutil.rmtree(environment["FIRSTLINE_DATA"], ignore_errors=True)


def fresh_database() -> str:
    """Make the database `bench_empty` anew in the kept cluster and return its URL."""
    from bench.databases import CLUSTER, psql

    psql("DROP DATABASE IF EXISTS bench_empty")
    psql("CREATE DATABASE bench_empty")
    return f"postgresql://firstline@/bench_empty?host={CLUSTER}"


def _log() -> Path | None:
    shared = Path(os.environ.get("FIRSTLINE_SHARED") or ROOT.parent / "shared")
    found = [path for path in (shared / "data" / "eventlogs" / LOG, shared / "eventlogs" / LOG) if path.exists()]
    return found[0] if found else None


def _number(text: str) -> int:
    return int(text.replace(",", ""))
