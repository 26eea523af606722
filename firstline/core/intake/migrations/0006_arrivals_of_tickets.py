from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import OuterRef, Subquery


def name_desks(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    """Give what came by no mailbox the desk of the ticket that it became or joined."""
    tickets = apps.get_model("tickets", "Ticket").objects.filter(pk=OuterRef("ticket_id"))
    arrived = apps.get_model("intake", "Envelope").objects.filter(mailbox=None, desk=None, ticket_id__isnull=False)
    arrived.update(desk_id=Subquery(tickets.values("desk_id")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("intake", "0005_whose_arrivals_are"),
        ("tickets", "0006_seals_of_mail"),
    ]

    operations = [migrations.RunPython(name_desks, migrations.RunPython.noop, elidable=True)]
