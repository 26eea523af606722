"""Commands of the desk over seeded databases: the journal verified, the report counted, a log imported."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

from bench.databases import ROOT, Database

LOG = "uci_incident_2016-02-29_to_03-20.csv.gz"


def verify(database: Database) -> dict[str, Any]:
    """Return entries a second of `firstline journal verify`."""
    said = database.run("-m", "firstline", "journal", "verify")
    found = re.search(r"\(([\d,]+) entries.*?([\d,]+) a second\)", said)
    assert found, said
    return {"journal verify, entries": _number(found[1]), "journal verify, entries/s": _number(found[2])}


def report(database: Database) -> dict[str, Any]:
    """Return seconds of `firstline report kpi`, the process's start taken off."""
    began = time.perf_counter()
    database.run("-m", "firstline", "report", "kpi", "--json")
    took = time.perf_counter() - began
    began = time.perf_counter()
    database.run("-m", "firstline", "report", "kpi", "--json", "--from", "1999-01-01", "--to", "1999-01-02")
    empty = time.perf_counter() - began
    return {"report kpi, s": round(took - empty, 2), "report kpi, s with start": round(took, 2)}


def log_import(database: Database) -> dict[str, Any]:
    """Return events a second of `firstline import eventlog` into an empty database; {} without the log."""
    log = _log()
    if log is None:
        return {}
    began = time.perf_counter()
    database.run("-m", "firstline", "import", "eventlog", str(log), "--map", "uci-incidents")
    return {"import, events/s": round(40_658 / (time.perf_counter() - began))}


def _log() -> Path | None:
    shared = Path(os.environ.get("FIRSTLINE_SHARED") or ROOT.parent / "shared")
    found = [path for path in (shared / "data" / "eventlogs" / LOG, shared / "eventlogs" / LOG) if path.exists()]
    return found[0] if found else None


def _number(text: str) -> int:
    return int(text.replace(",", ""))
