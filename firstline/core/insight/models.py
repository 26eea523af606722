"""One narrow row of figures per ticket, kept by every command, so that reports need not read tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import Desk


class Variant(models.Model):
    """A path of states that tickets went; its id follows from the states, so whoever meets it makes the same row."""

    id = models.BigIntegerField(primary_key=True, help_text="insight.variants.id_of(states)")
    states = models.JSONField(default=list)

    def __str__(self) -> str:
        return " > ".join(self.states)


class Figures(models.Model):
    """What reports count of one ticket: as reported where it was imported, as observed where the desk handled it."""

    # The ticket's id, not a foreign key of its own: one index less to keep on every registration.
    id = models.BigAutoField(primary_key=True)
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=60)
    priority = models.PositiveSmallIntegerField()
    opened = models.BigIntegerField(help_text="seconds since 1970, UTC")
    closed = models.BigIntegerField(null=True, help_text="seconds since 1970, UTC")
    took = models.BigIntegerField(null=True, help_text="seconds from opening to resolution; dirty logs go below zero")
    waited = models.BigIntegerField(default=0, help_text="seconds in which the ticket waited on its requester")
    made_sla = models.BooleanField(default=False)
    reassignments = models.PositiveIntegerField(default=0)
    reopenings = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=1)
    problem = models.CharField(max_length=60, blank=True)
    has_change = models.BooleanField(default=False)
    # What is no request is counted nowhere, and again once somebody says that it is one.
    spam = models.BooleanField(default=False, db_default=False)
    # Ids without foreign keys, null where unknown: figures are counted far more often than they are joined.
    team_id = models.BigIntegerField(null=True)
    category_id = models.BigIntegerField(null=True)
    site_id = models.BigIntegerField(null=True)
    variant_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["problem"], condition=~Q(problem=""), name="figures_of_problems")]

    def __str__(self) -> str:
        return f"figures of {self.pk}"


# The team of rows that count all teams of a desk together.
WHOLE = -1


class Summed(models.Model):
    """What came to a desk in some time, and what has become of it: by team, and by one thing tickets are about."""

    class By(models.TextChoices):
        ALL = "all"
        SERVICE = "service"
        CATEGORY = "category"
        SITE = "site"
        ORGANISATION = "organisation"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    by = models.CharField(max_length=12, choices=By.choices)
    # Ids without foreign keys, 0 where there is none: they are counted, not joined.
    team_id = models.BigIntegerField()
    key = models.BigIntegerField()
    opened = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    # Of those resolved: whose promise was judged, and kept; and without hand-over or reopening, by a first line.
    judged = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    first_contact = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    score = models.PositiveIntegerField(default=0, help_text="the sum of the ratings")
    spent = models.BigIntegerField(default=0, help_text="seconds of work")
    cost = models.DecimalField(max_digits=14, decimal_places=2, default=0)

    class Meta:
        abstract = True


class Day(Summed):
    """What came on one of a desk's days; taken again while its tickets may still change."""

    on = models.DateField(help_text="in the desk's time zone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "by", "on", "team_id", "key"], name="day_counted_once")]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.on} {self.by} {self.key}"


class Week(Summed):
    """The days of a week together, by team, and for all teams as WHOLE: what pages read, and no ticket."""

    monday = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "by", "team_id", "monday", "key"], name="week_counted_once")
        ]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.monday} {self.by} {self.key}"


class Taken(models.Model):
    """When the figures of a desk's day were last taken."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "on"], name="day_taken_once")]

    def __str__(self) -> str:
        return f"{self.desk_id} {self.on}"


class Passage(models.Model):
    """That a ticket went from one team to another, and on which day it last did; taken with the days.

    One row for a ticket and two teams, so that rows counted are tickets counted, whatever period ends today.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="+", db_index=False)
    ticket_id = models.BigIntegerField()
    from_id = models.BigIntegerField()
    to_id = models.BigIntegerField()
    on = models.DateField(help_text="in the desk's time zone")
    # Each marks the last of its kind only: of what the team passed on with nothing done, of the ticket's ways back.
    idle = models.BooleanField(default=False)
    back = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket_id", "from_id", "to_id"], name="passage_once")]
        indexes = [
            models.Index(fields=["desk", "on", "from_id", "to_id", "idle", "back"], name="passages_of_desk"),
            models.Index(fields=["from_id", "on"], name="passages_from_team"),
            models.Index(fields=["to_id", "on"], name="passages_to_team"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.from_id} > {self.to_id}"
