"""Major incidents with what was told of them, and bursts of alike tickets that may be one."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.journal.models import Content
from firstline.core.people.models import Desk, Organisation, Person, Site
from firstline.core.services.models import Category, Service
from firstline.core.tickets.models import Message, Ticket


class MajorIncident(models.Model):
    """A ticket whose cause is that of many others, its children; it runs until it is ended."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="majors")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="majors", db_index=False)
    commander = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    # What is out, in words for those who are hit, by language; the service's name stands for it where it is empty.
    headline = models.JSONField(default=dict, blank=True)
    # Whose people are told of it on the portal; everybody whom the desk serves where it is null.
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    # How many times its status was told: the number of the newest.
    told = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField()
    began_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="major_runs_once_per_ticket"),
        ]
        indexes = [models.Index(fields=["desk", "began_at"], condition=Q(ended_at=None), name="major_running_of_desk")]

    def __str__(self) -> str:
        return str(self.ticket)


class Status(models.Model):
    """What was told of a major incident, in one language; those of one number were told together."""

    major = models.ForeignKey(MajorIncident, models.PROTECT, related_name="statuses")
    number = models.PositiveIntegerField()
    language = models.CharField(max_length=2)
    content = models.ForeignKey(Content, models.PROTECT, related_name="+", db_index=False)
    told_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["major", "number", "language"], name="status_once_per_number_and_language")
        ]

    def __str__(self) -> str:
        return f"{self.major_id}/{self.number} {self.language}"


class Reached(models.Model):
    """A child that a status was told in, as a message; told again it is not told twice."""

    major = models.ForeignKey(MajorIncident, models.PROTECT, related_name="reached")
    number = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="+", db_index=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["major", "number", "ticket"], name="status_reaches_a_child_once")
        ]

    def __str__(self) -> str:
        return f"{self.major_id}/{self.number} {self.ticket_id}"


class Burst(models.Model):
    """Alike tickets that came far more often than usual: proposed as a major incident, declared or dismissed."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="bursts", db_index=False)
    # What they have in common; null or empty where they do not.
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    words = models.JSONField(default=list)
    # Row ids, first registered first; with how many usually come in as long a time.
    tickets = models.JSONField(default=list)
    within_for = models.DurationField()
    usual = models.FloatField()
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when it was last found")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    # Null where it was dismissed, or passed by.
    major = models.ForeignKey(MajorIncident, models.PROTECT, null=True, related_name="bursts")

    class Meta:
        indexes = [models.Index(fields=["desk", "seen_at"], name="burst_of_desk")]

    def __str__(self) -> str:
        return f"{self.desk_id}: {len(self.tickets)}"
