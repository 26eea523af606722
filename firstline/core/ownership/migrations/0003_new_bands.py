"""Rank what is open by the present bands: one more before those that wait, and room for levels within each."""

from django.db import migrations

SPAN = {
    "postgresql": "EXTRACT(EPOCH FROM place.due_at - ticket.registered_at)",
    "sqlite": "strftime('%%s', place.due_at) - strftime('%%s', ticket.registered_at)",
}
REWRITE = """
UPDATE ownership_queueplace AS place
SET rank = (place.rank / 100000000000 + 1) * 10000000000000 + place.rank - place.rank / 100000000000 * 100000000000,
    turns_at = CASE WHEN place.rank < 200000000000 THEN place.due_at END,
    span = CASE WHEN {span} BETWEEN 0 AND 2147483647 THEN {span} ELSE 0 END
FROM tickets_ticket AS ticket WHERE ticket.id = place.ticket_id
"""


def rewrite(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    schema_editor.execute(REWRITE.format(span=SPAN[vendor]), [])


class Migration(migrations.Migration):
    dependencies = [("ownership", "0002_offers_and_turns")]
    operations = [migrations.RunPython(rewrite, migrations.RunPython.noop)]
