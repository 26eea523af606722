import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journal', '0001_initial'),
        ('people', '0001_initial'),
        ('services', '0001_initial'),
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offered_at', models.DateTimeField()),
                ('keeps_control', models.BooleanField(default=True, help_text='the steward stays; else the new team answers')),
                ('accepted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ending', models.CharField(blank=True, choices=[('handed_over', 'Handed Over'), ('returned', 'Returned'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('done', 'Done')], max_length=12)),
                ('ended_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('findings', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('offered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='people.person')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='people.team')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='holdings', to='tickets.ticket')),
                ('why', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', False), ('ended_at', None)), fields=('ticket',), name='holding_one_open_per_ticket'), models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('ended_at', None)), fields=('ticket',), name='holding_one_offer_per_ticket'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ending', '')), models.Q(('ended_at__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='holding_ends_with_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='QueuePlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('carries', 'Carries'), ('offered', 'Offered'), ('answers', 'Answers'), ('task', 'Task')], max_length=8)),
                ('rank', models.BigIntegerField()),
                ('due_at', models.DateTimeField(null=True)),
                ('state', models.CharField(max_length=20)),
                ('priority', models.PositiveSmallIntegerField()),
                ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.desk')),
                ('organisation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('service', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.service')),
                ('steward', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='people.team')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='places', to='tickets.ticket')),
            ],
            options={
                'indexes': [models.Index(fields=['team', 'rank', 'ticket'], name='queue_of_team'), models.Index(condition=models.Q(('part', 'carries')), fields=['desk', 'rank', 'ticket'], name='queue_of_desk'), models.Index(condition=models.Q(('part', 'carries')), fields=['assignee', 'rank', 'ticket'], name='queue_of_assignee'), models.Index(condition=models.Q(('part', 'carries')), fields=['steward', 'rank', 'ticket'], name='queue_of_steward'), models.Index(condition=models.Q(('part', 'carries')), fields=['rank', 'ticket'], name='queue_of_all'), models.Index(condition=models.Q(('assignee__isnull', True), ('part', 'carries')), fields=['team', 'rank', 'ticket'], name='queue_of_team_unclaimed'), models.Index(condition=models.Q(('part', 'offered')), fields=['team', 'rank', 'ticket'], name='queue_offered_to_team'), models.Index(condition=models.Q(('part', 'task')), fields=['team', 'rank', 'ticket'], name='queue_tasks_of_team')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'team', 'part'), name='queue_place_once_per_team_and_part'), models.UniqueConstraint(condition=models.Q(('part', 'carries')), fields=('ticket',), name='queue_place_one_carrier')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('asked_by_team', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.team')),
                ('finished_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('result', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
                ('team', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='people.team')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='tickets.ticket')),
                ('what', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.content')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at', None), ('withdrawn_at', None)), fields=['team', 'asked_at'], name='task_open_of_team')],
                'constraints': [models.CheckConstraint(condition=models.Q(('finished_at', None), ('withdrawn_at', None), _connector='OR'), name='task_is_finished_or_withdrawn_not_both')],
            },
        ),
    ]
