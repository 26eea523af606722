"""Lays a recorded desk into an empty database in its own schema: `python -m tests.upgrade.load FILE`."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from typing import Any


def main(arguments: list[str]) -> int:
    """Migrate as far as the recording's version did, and insert its rows by the models of that time."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firstline.config.settings")
    import django

    django.setup()
    with gzip.open(arguments[0], "rt", encoding="utf-8") as file:
        released = [tuple(pair) for pair in json.loads(next(file))["migrations"]]
        then = _migrated(released)
        _insert(then, (json.loads(line) for line in file))
    return 0


def _migrated(released: list[tuple[Any, ...]]) -> Any:
    """Return the apps as they were when these migrations were the newest."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    executor.migrate(released)
    return executor.loader.project_state(released).apps


def _insert(then: Any, rows: Iterator[dict[str, Any]]) -> None:
    from django.core.management.color import no_style
    from django.db import connection, transaction

    by_model: dict[str, list[Any]] = {}
    for row in rows:
        by_model.setdefault(row["model"], []).append(_row(then.get_model(row["model"]), row))
    # Foreign keys are looked at when the transaction ends, so that the order does not matter.
    with transaction.atomic():
        for name, instances in by_model.items():
            then.get_model(name)._base_manager.bulk_create(instances, batch_size=200)
    models = [then.get_model(name) for name in by_model]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _row(model: Any, row: dict[str, Any]) -> Any:
    values = {model._meta.pk.attname: model._meta.pk.to_python(row["pk"])}
    for name, value in row["fields"].items():
        field = model._meta.get_field(name)
        target = field.target_field if field.is_relation else field
        values[field.attname] = value if value is None else target.to_python(value)
    return model(**values)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
