"""Every released version's desk comes to the present schema with all its data, and its journal still holds."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDINGS = Path(__file__).resolve().parent / "recordings"
RELEASED = re.compile(r"^## (\d+\.\d+\.\d+)(?!.*not released)", re.MULTILINE)
# Counts the rows of every table, then registers one more ticket.
_LOOK = """
import json, django; django.setup()
from django.apps import apps
from django.utils import timezone
counted = {m._meta.label_lower: m._base_manager.count() for m in apps.get_models()}
from firstline.commands import registration
from firstline.core.people.models import Account, Desk
asks = Account.objects.get(email="emma@works.example").person_id
request = registration.Request(desk_id=Desk.objects.get().pk, requester_id=asks, text="After the upgrade")
ticket = registration.register(request=request, by_id=asks, now=timezone.now())
print(json.dumps({"counted": counted, "ticket": ticket.pk}))
"""


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of this very version, which is not released yet."""
    path = tmp_path_factory.mktemp("recorded") / "present.jsonl.gz"
    _python({}, "-m", "tests.upgrade.record", str(path))
    return path


def test_every_released_version_was_recorded():
    released = set(RELEASED.findall((ROOT / "CHANGELOG.md").read_text()))

    assert released - {path.name.removesuffix(".jsonl.gz") for path in RECORDINGS.glob("*.jsonl.gz")} == set()


@pytest.mark.parametrize("recording", [None, *sorted(RECORDINGS.glob("*.jsonl.gz"))], ids=lambda p: p.name if p else "")
def test_a_desk_comes_to_this_version_with_its_data_and_its_proof(
    db: None, fresh: Path, recording: Path | None, tmp_path: Path
):
    path = recording or fresh
    with _elsewhere(tmp_path) as environment:
        _python(environment, "-m", "tests.upgrade.load", str(path))

        told = _python(environment, "-m", "firstline", "demo")

        assert "it is kept as it is" in told
        found = json.loads(_python(environment, "-c", _LOOK))
        counted = found["counted"]
        recorded, newest = _recorded(path)
        # A later version may split or drop a table; those that are still there lost no row.
        kept = {name: many for name, many in recorded.items() if name in counted}
        assert {name: counted[name] for name in kept} == kept
        assert len(kept) > 30
        assert "The journal holds" in _python(environment, "-m", "firstline", "journal", "verify", "--replay")
        assert found["ticket"] == newest + 1


def test_the_recording_knows_every_table_of_the_desk(db: None, fresh: Path):
    models = [model for model in apps.get_models() if model.__module__.startswith("firstline.core.")]
    filled, _newest = _recorded(fresh)

    assert {"tickets.ticket", "journal.entry", "sla.clock", "people.person"} <= set(filled)
    assert set(filled) <= {model._meta.label_lower for model in models}


def _recorded(path: Path) -> tuple[Counter[str], int]:
    """Return how many rows each table has in a recording, and the highest id of a ticket."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in list(file)[1:]]
    return Counter(row["model"] for row in rows), max(r["pk"] for r in rows if r["model"] == "tickets.ticket")


@contextmanager
def _elsewhere(folder: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of an empty desk on the database server of this test run."""
    environment = {"FIRSTLINE_DATA": str(folder / "data")}
    if connection.vendor != "postgresql":
        yield environment
        return
    import psycopg

    name = f"upgrade_{os.getpid()}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield {**environment, "DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _python(environment: dict[str, str], *arguments: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "FIRSTLINE_TESTS")}
    settings = {"DJANGO_SETTINGS_MODULE": "firstline.config.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env={**inherited, **settings, **environment}, text=True,
        capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
