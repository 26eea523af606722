import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('intake', '0001_initial'),
        ('journal', '0001_initial'),
        ('people', '0001_initial'),
        ('services', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=10)),
                ('state', models.CharField(max_length=20)),
                ('channel', models.CharField(max_length=10)),
                ('impact', models.PositiveSmallIntegerField()),
                ('urgency', models.PositiveSmallIntegerField()),
                ('priority', models.PositiveSmallIntegerField()),
                ('subject', models.CharField(max_length=300)),
                ('subject_salt', models.BinaryField(max_length=16, null=True)),
                ('imported', models.BooleanField(default=False)),
                ('registered_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('waiting_since', models.DateTimeField(null=True)),
                ('planned_until', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closing', models.CharField(blank=True, max_length=10)),
                ('cause', models.CharField(blank=True, max_length=40)),
                ('hand_overs', models.PositiveSmallIntegerField(default=0)),
                ('reopenings', models.PositiveSmallIntegerField(default=0)),
                ('score', models.PositiveSmallIntegerField(null=True)),
                ('latest_at', models.DateTimeField()),
                ('close_due_at', models.DateTimeField(null=True)),
                ('answers', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned', to='people.person')),
                ('category', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='services.category')),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='people.desk')),
                ('envelope', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='intake.envelope')),
                ('form', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.formversion')),
                ('latest_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('merged_into', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='tickets.ticket')),
                ('offered_to', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='people.organisation')),
                ('registrar', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='people.person')),
                ('resolution', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('service', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='services.service')),
                ('site', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.site')),
                ('steward', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stewarded', to='people.person')),
                ('steward_team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='people.team')),
            ],
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.CharField(max_length=8)),
                ('channel', models.CharField(max_length=10)),
                ('sent_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('carrier_id', models.CharField(blank=True, max_length=300, null=True)),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='people.person')),
                ('content', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('envelope', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='intake.envelope')),
                ('team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=120)),
                ('redacted_at', models.DateTimeField(blank=True, null=True)),
                ('blob', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.blob')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attachments', to='tickets.message')),
            ],
        ),
        migrations.CreateModel(
            name='Reported',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='reported', serialize=False, to='tickets.ticket')),
                ('source', models.CharField(max_length=100)),
                ('external_id', models.CharField(max_length=200)),
                ('events', models.PositiveIntegerField()),
                ('made_sla', models.BooleanField(null=True)),
                ('reassignments', models.PositiveIntegerField(null=True)),
                ('reopenings', models.PositiveIntegerField(null=True)),
                ('opened_at', models.DateTimeField(null=True)),
                ('resolved_at', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=60)),
                ('change', models.CharField(blank=True, max_length=60)),
                ('vendor', models.CharField(blank=True, max_length=60)),
                ('labels', models.JSONField(default=dict)),
                ('flags', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('follows', 'Follows'), ('called_in', 'Called In')], default='follows', max_length=10)),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participations', to='people.person')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='participants', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='Origin',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=60)),
                ('external_id', models.CharField(max_length=120)),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='origin', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('relates', 'Relates'), ('caused_by', 'Caused By'), ('child_of', 'Child Of'), ('split_from', 'Split From'), ('follows_up', 'Follows Up')], max_length=12)),
                ('linked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('linked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links_here', to='tickets.ticket')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tags', to='people.desk')),
            ],
        ),
        migrations.CreateModel(
            name='Tagging',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tagged_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taggings', to='tickets.tag')),
                ('tagged_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taggings', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='Work',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField()),
                ('spent_for', models.DurationField()),
                ('rate', models.DecimalField(decimal_places=2, max_digits=10)),
                ('cost', models.DecimalField(decimal_places=2, max_digits=12)),
                ('logged_at', models.DateTimeField()),
                ('note', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='work', to='people.person')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work', to='tickets.ticket')),
            ],
        ),
        migrations.CreateModel(
            name='NamedState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(max_length=20)),
                ('key', models.SlugField(max_length=40)),
                ('name', models.JSONField(default=dict)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('desk', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='named_states', to='people.desk')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('desk', 'key'), name='named_state_once_per_desk')],
            },
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['desk', '-registered_at'], name='ticket_newest_of_desk'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['organisation', '-registered_at'], name='ticket_of_organisation'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('close_due_at__isnull', False)), fields=['close_due_at'], name='ticket_closing_soon'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('planned_until__isnull', False)), fields=['planned_until'], name='ticket_planned'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='ticket_merged'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('impact__gte', 1), ('impact__lte', 4), ('priority__gte', 1), ('priority__lte', 4), ('urgency__gte', 1), ('urgency__lte', 4)), name='ticket_priority_impact_urgency_1_to_4'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('steward__isnull', True), ('steward_team__isnull', False), _connector='OR'), name='ticket_steward_stands_in_a_team'),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'person'), name='participant_once_per_ticket'),
        ),
        migrations.AddConstraint(
            model_name='origin',
            constraint=models.UniqueConstraint(fields=('source', 'external_id'), name='origin_imported_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('carrier_id__isnull', False)), fields=['carrier_id'], name='message_by_carrier_id'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'other', 'kind'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('ticket', models.F('other')), _negated=True), name='link_joins_two_tickets'),
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='tag_once_per_desk'),
        ),
        migrations.AddConstraint(
            model_name='tagging',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('ticket', 'tag'), name='tagging_once'),
        ),
        migrations.AddConstraint(
            model_name='work',
            constraint=models.CheckConstraint(condition=models.Q(('cost__gte', 0), ('rate__gte', 0)), name='work_cost_not_below_zero'),
        ),
    ]
