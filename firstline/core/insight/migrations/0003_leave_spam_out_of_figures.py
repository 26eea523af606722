from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def know_spam(apps: Apps, schema: BaseDatabaseSchemaEditor) -> None:
    spam = apps.get_model("tickets", "Ticket").objects.filter(closing="spam")
    apps.get_model("insight", "Figures").objects.filter(pk__in=spam.values("pk")).update(spam=True)


class Migration(migrations.Migration):

    dependencies = [
        ("insight", "0002_figures_of_days"),
        ("tickets", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="figures",
            name="spam",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.RunPython(know_spam, migrations.RunPython.noop, elidable=True),
    ]
