import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Content',
            fields=[
                ('digest', models.CharField(help_text='hex SHA-256 of salt and text', max_length=64, primary_key=True, serialize=False)),
                ('salt', models.BinaryField(max_length=16, null=True)),
                ('text', models.TextField(null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chain', models.CharField(max_length=60)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('by_id', models.BigIntegerField(help_text='the person; null is the desk itself', null=True)),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('body', models.BinaryField()),
                ('seal', models.BinaryField(max_length=32)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('chain', 'seq'), name='entry_has_one_place_in_its_chain')],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('place', models.BigIntegerField(primary_key=True, serialize=False)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='journal.entry')),
            ],
        ),
    ]
