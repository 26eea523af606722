"""Let the first ticket be 1001, so that every number has at least five digits and none looks like a count."""

from django.db import migrations

FIRST = 1001


def begin(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE tickets_ticket ALTER COLUMN id RESTART WITH {FIRST}")
        return
    schema_editor.execute("DELETE FROM sqlite_sequence WHERE name = 'tickets_ticket'")
    schema_editor.execute(f"INSERT INTO sqlite_sequence (name, seq) VALUES ('tickets_ticket', {FIRST - 1})")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
