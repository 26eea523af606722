from django.db import migrations, models


def name_shifts(apps, schema_editor):
    """A stretch that a change of shift ended was put down as handed over: say what it was."""
    Entry, Holding = apps.get_model("journal", "Entry"), apps.get_model("ownership", "Holding")
    for chain, at in Entry.objects.filter(kind="shift accepted").values_list("chain", "happened_at").iterator():
        ticket_id = int(chain.removeprefix("ticket:"))
        Holding.objects.filter(ticket_id=ticket_id, ended_at=at, ending="handed_over").update(ending="shift")


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_refuse_changes"),
        ("ownership", "0004_holdings_passed_on"),
    ]

    operations = [
        migrations.AlterField(
            model_name="holding",
            name="ending",
            field=models.CharField(
                blank=True,
                choices=[
                    ("handed_over", "Handed Over"),
                    ("returned", "Returned"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                    ("lapsed", "Lapsed"),
                    ("shift", "Shift"),
                    ("done", "Done"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(name_shifts, migrations.RunPython.noop),
    ]
