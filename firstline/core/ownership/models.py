"""Who carries a ticket and who answers for it: holdings, tasks, and the queue."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.journal.models import Content
from firstline.core.people.models import Desk, Organisation, Person, Team
from firstline.core.services.models import Service
from firstline.core.tickets.models import Ticket


class Holding(models.Model):
    """One stretch of time in which a team carries a ticket: offered, accepted or declined, ended."""

    class Ending(models.TextChoices):
        HANDED_OVER = "handed_over"
        RETURNED = "returned"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        LAPSED = "lapsed"
        # The next shift's team has it now: nobody handed it over.
        SHIFT = "shift"
        DONE = "done"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="holdings")
    team = models.ForeignKey(Team, models.PROTECT, related_name="holdings", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="holdings", db_index=False)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    keeps_control = models.BooleanField(default=True, help_text="the steward stays; else the new team answers")
    why = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    # What the receiving team asks of who hands over to it, by field, as canonical JSON.
    facts = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    lapses_at = models.DateTimeField(null=True, help_text="when an unanswered offer goes back by itself")
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    findings = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(accepted_at__isnull=False, ended_at=None),
                name="holding_one_open_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(accepted_at=None, ended_at=None),
                name="holding_one_offer_per_ticket",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | Q(ended_at__isnull=False) & ~Q(ending=""),
                name="holding_ends_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ended_at"], condition=Q(ending__in=("handed_over", "returned")), name="holding_passed_on"
            ),
            models.Index(
                fields=["lapses_at"],
                condition=Q(accepted_at=None, ended_at=None, lapses_at__isnull=False),
                name="holding_offer_lapses",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} with {self.team_id}"


class Task(models.Model):
    """Parallel work asked of another team, with its own clock; the ticket stays where it is."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="tasks")
    team = models.ForeignKey(Team, models.PROTECT, related_name="tasks", db_index=False)
    what = models.ForeignKey(Content, models.PROTECT, related_name="+", db_index=False)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_by_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    result = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(withdrawn_at=None),
                name="task_is_finished_or_withdrawn_not_both",
            )
        ]
        indexes = [
            models.Index(
                fields=["team", "asked_at"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="task_open_of_team",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} asks {self.team_id}"


class QueuePlace(models.Model):
    """An open ticket's place in one team's queue: narrow, ordered by rank, written when something changes."""

    class Part(models.TextChoices):
        CARRIES = "carries"
        OFFERED = "offered"
        ANSWERS = "answers"
        TASK = "task"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="places")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="places", db_index=False)
    # carries: the ticket is there; offered: it may come; answers: its steward's team; task: asked for help.
    part = models.CharField(max_length=8, choices=Part.choices)
    # Lower comes first (ownership.ranks).
    rank = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    # Seconds from registration to `due_at`: what is overdue is weighed by its share of them.
    span = models.PositiveIntegerField(default=0, db_default=0)
    # When time alone will change the rank.
    turns_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20)
    priority = models.PositiveSmallIntegerField()
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    steward = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "team", "part"], name="queue_place_once_per_team_and_part"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(part="carries"), name="queue_place_one_carrier"),
        ]
        indexes = [
            models.Index(fields=["team", "rank", "ticket"], name="queue_of_team"),
            models.Index(fields=["desk", "rank", "ticket"], condition=Q(part="carries"), name="queue_of_desk"),
            models.Index(fields=["assignee", "rank", "ticket"], condition=Q(part="carries"), name="queue_of_assignee"),
            models.Index(fields=["steward", "rank", "ticket"], condition=Q(part="carries"), name="queue_of_steward"),
            models.Index(fields=["rank", "ticket"], condition=Q(part="carries"), name="queue_of_all"),
            models.Index(
                fields=["team", "rank", "ticket"],
                condition=Q(part="carries", assignee__isnull=True),
                name="queue_of_team_unclaimed",
            ),
            models.Index(fields=["team", "rank", "ticket"], condition=Q(part="offered"), name="queue_offered_to_team"),
            models.Index(fields=["team", "rank", "ticket"], condition=Q(part="task"), name="queue_tasks_of_team"),
            models.Index(fields=["turns_at"], condition=Q(part="carries", turns_at__isnull=False), name="queue_turns"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.part} {self.team_id}"
