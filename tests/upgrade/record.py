"""Records a desk as this version keeps it: `python -m tests.upgrade.record tests/upgrade/recordings/0.1.0.jsonl.gz`.

Run once when a version is released, and kept: every later version has to bring the recording to its own schema.
The first line names the migrations that made the tables; each other line is a row, as Django's "jsonl" writes it.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Make the demo desk in a folder of its own and write it to the file named; return the exit status."""
    if len(arguments) != 1:
        print("Usage: python -m tests.upgrade.record FILE.jsonl.gz", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="firstline-record-") as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ.update(FIRSTLINE_DATA=folder, DJANGO_SETTINGS_MODULE="firstline.config.settings")
        _write(Path(arguments[0]))
    return 0


def _write(path: Path) -> None:
    import django

    django.setup()
    from firstline.cli import demo
    from firstline.cli.prepare import prepare

    prepare()
    demo.fill(now=NOW)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write(json.dumps({"migrations": sorted(_own_leaves())}) + "\n")
        for line in _rows():
            file.write(line)


def _own_leaves() -> list[tuple[str, str]]:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    leaves = MigrationLoader(connection).graph.leaf_nodes()
    return [(app, name) for app, name in leaves if app in _own_apps()]


def _own_apps() -> set[str]:
    from django.apps import apps

    return {config.label for config in apps.get_app_configs() if config.name.startswith("firstline.core.")}


def _rows() -> list[str]:
    from django.apps import apps
    from django.core import serializers

    models = [model for label in sorted(_own_apps()) for model in apps.get_app_config(label).get_models()]
    return [serializers.serialize("jsonl", model._base_manager.order_by("pk")) for model in models]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
