import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Variant',
            fields=[
                ('id', models.BigIntegerField(help_text='insight.variants.id_of(states)', primary_key=True, serialize=False)),
                ('states', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Figures',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('channel', models.CharField(max_length=60)),
                ('priority', models.PositiveSmallIntegerField()),
                ('opened', models.BigIntegerField(help_text='seconds since 1970, UTC')),
                ('closed', models.BigIntegerField(help_text='seconds since 1970, UTC', null=True)),
                ('took', models.BigIntegerField(help_text='seconds from opening to resolution; dirty logs go below zero', null=True)),
                ('waited', models.BigIntegerField(default=0, help_text='seconds in which the ticket waited on its requester')),
                ('made_sla', models.BooleanField(default=False)),
                ('reassignments', models.PositiveIntegerField(default=0)),
                ('reopenings', models.PositiveIntegerField(default=0)),
                ('events', models.PositiveIntegerField(default=1)),
                ('problem', models.CharField(blank=True, max_length=60)),
                ('has_change', models.BooleanField(default=False)),
                ('team_id', models.BigIntegerField(null=True)),
                ('category_id', models.BigIntegerField(null=True)),
                ('site_id', models.BigIntegerField(null=True)),
                ('variant_id', models.BigIntegerField()),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.desk')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('problem', ''), _negated=True), fields=['problem'], name='figures_of_problems')],
            },
        ),
    ]
