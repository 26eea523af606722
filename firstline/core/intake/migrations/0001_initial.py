import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Blob',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('inline', models.BinaryField(null=True)),
                ('kept_at', models.DateTimeField()),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Count',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=10)),
                ('on', models.DateField()),
                ('why', models.CharField(max_length=60)),
                ('refused', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('channel', 'on', 'why'), name='count_once_per_day_and_reason')],
            },
        ),
        migrations.CreateModel(
            name='Origin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=100)),
                ('kind', models.CharField(choices=[('ticket', 'Ticket'), ('person', 'Person')], max_length=8)),
                ('external_id', models.CharField(max_length=200)),
                ('row_id', models.BigIntegerField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'kind', 'external_id'), name='origin_names_one_thing')],
            },
        ),
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('form', 'Form'), ('api', 'Api'), ('phone', 'Phone'), ('walk_in', 'Walk In'), ('corridor', 'Corridor'), ('email', 'Email'), ('telegram', 'Telegram'), ('chat', 'Chat'), ('import', 'Import')], max_length=10)),
                ('source_id', models.CharField(max_length=200)),
                ('received_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('waiting', 'Waiting'), ('registered', 'Registered'), ('joined', 'Joined'), ('duplicate', 'Duplicate'), ('ignored', 'Ignored'), ('refused', 'Refused'), ('parked', 'Parked')], default='waiting', max_length=10)),
                ('why', models.CharField(blank=True, max_length=300)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('ticket_id', models.BigIntegerField(blank=True, null=True)),
                ('message_id', models.BigIntegerField(blank=True, null=True)),
                ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='envelopes', to='intake.blob')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='envelopes', to='people.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('outcome__in', ['waiting', 'parked'])), fields=['received_at'], name='envelope_unsettled'), models.Index(fields=['ticket_id'], name='envelope_of_ticket')],
                'constraints': [models.UniqueConstraint(fields=('channel', 'source_id'), name='envelope_arrives_once')],
            },
        ),
    ]
