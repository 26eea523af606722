"""The index of words that were said: full-text tables of each database's own kind, one row per message."""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE tickets_words USING fts5(words, ticket_id UNINDEXED, tokenize = 'unicode61')"
POSTGRESQL = """
CREATE TABLE tickets_words (rowid bigint PRIMARY KEY, ticket_id bigint NOT NULL, words tsvector NOT NULL);
CREATE INDEX tickets_words_by_word ON tickets_words USING gin (words);
"""


def make(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE tickets_words")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_first_number")]
    operations = [migrations.RunPython(make, drop)]
