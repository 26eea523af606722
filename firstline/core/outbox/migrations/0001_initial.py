import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='the dotted path of the task that does it', max_length=200)),
                ('payload', models.JSONField(default=dict)),
                ('key', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('leased', 'Leased'), ('done', 'Done'), ('parked', 'Parked')], default='waiting', max_length=8)),
                ('owed_at', models.DateTimeField()),
                ('run_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('worker', models.CharField(blank=True, max_length=60)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('trouble', models.TextField(blank=True, help_text='why the last attempt failed')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['run_at', 'id'], name='job_next_waiting'), models.Index(condition=models.Q(('state', 'leased')), fields=['lease_until'], name='job_lease_running_out'), models.Index(condition=models.Q(('state', 'parked')), fields=['id'], name='job_parked'), models.Index(condition=models.Q(('state', 'done')), fields=['done_at'], name='job_done')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.CharField(max_length=200, unique=True)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('address', models.CharField(max_length=320)),
                ('ticket_id', models.BigIntegerField(blank=True, db_index=True, null=True)),
                ('facts', models.JSONField(default=dict)),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('trouble', models.TextField(blank=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='people.person')),
            ],
        ),
    ]
