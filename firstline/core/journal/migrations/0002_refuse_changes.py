"""Triggers that refuse to change, delete or truncate what the journal holds."""

from django.db import migrations

TABLES = ("journal_entry", "journal_leaf")

SQLITE = """
CREATE TRIGGER {table}_never_{verb} BEFORE {VERB} ON {table}
BEGIN SELECT RAISE(ABORT, 'The journal is append-only: {verb} refused.'); END
"""

FUNCTION = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'The journal is append-only: % refused.', lower(TG_OP); END $$
"""

POSTGRESQL = """
CREATE TRIGGER {table}_never_changed BEFORE UPDATE OR DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
"""


def raise_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
        for table in TABLES:
            schema_editor.execute(POSTGRESQL.format(table=table))
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(SQLITE.format(table=table, verb=verb, VERB=verb.upper()))


def lift_guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION journal_refuse() CASCADE")
        return
    for table in TABLES:
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER {table}_never_{verb}")


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunPython(raise_guard, lift_guard)]
