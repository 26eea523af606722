import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('insight', '0003_leave_spam_out_of_figures'),
        ('people', '0001_initial'),
    ]

    operations = [
        # Every day is taken again, and with it its week and what was passed on.
        migrations.RunSQL("DELETE FROM insight_taken", migrations.RunSQL.noop),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket_id', models.BigIntegerField()),
                ('from_id', models.BigIntegerField()),
                ('to_id', models.BigIntegerField()),
                ('on', models.DateField(help_text="in the desk's time zone")),
                ('idle', models.BooleanField(default=False)),
                ('back', models.BooleanField(default=False)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.desk')),
            ],
            options={
                'indexes': [models.Index(fields=['desk', 'on', 'from_id', 'to_id', 'idle', 'back'], name='passages_of_desk'), models.Index(fields=['from_id', 'on'], name='passages_from_team'), models.Index(fields=['to_id', 'on'], name='passages_to_team')],
                'constraints': [models.UniqueConstraint(fields=('ticket_id', 'from_id', 'to_id'), name='passage_once')],
            },
        ),
        migrations.CreateModel(
            name='Week',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(choices=[('all', 'All'), ('service', 'Service'), ('category', 'Category'), ('site', 'Site'), ('organisation', 'Organisation')], max_length=12)),
                ('team_id', models.BigIntegerField()),
                ('key', models.BigIntegerField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('resolved', models.PositiveIntegerField(default=0)),
                ('judged', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('first_contact', models.PositiveIntegerField(default=0)),
                ('rated', models.PositiveIntegerField(default=0)),
                ('score', models.PositiveIntegerField(default=0, help_text='the sum of the ratings')),
                ('spent', models.BigIntegerField(default=0, help_text='seconds of work')),
                ('cost', models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ('monday', models.DateField()),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.desk')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('desk', 'by', 'team_id', 'monday', 'key'), name='week_counted_once')],
            },
        ),
    ]
