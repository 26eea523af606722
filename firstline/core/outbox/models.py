"""Work owed after a commit, and letters to be sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import Person


class Job(models.Model):
    """One piece of owed work: waiting, leased by a worker, done, or parked for a human to see."""

    class State(models.TextChoices):
        WAITING = "waiting"
        LEASED = "leased"
        DONE = "done"
        PARKED = "parked"

    kind = models.CharField(max_length=200, help_text="the dotted path of the task that does it")
    payload = models.JSONField(default=dict)
    # What makes it the same work if it is owed again.
    key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    owed_at = models.DateTimeField()
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    trouble = models.TextField(blank=True, help_text="why the last attempt failed")

    class Meta:
        indexes = [
            models.Index(fields=["run_at", "id"], condition=Q(state="waiting"), name="job_next_waiting"),
            models.Index(fields=["lease_until"], condition=Q(state="leased"), name="job_lease_running_out"),
            models.Index(fields=["id"], condition=Q(state="parked"), name="job_parked"),
            models.Index(fields=["done_at"], condition=Q(state="done"), name="job_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Letter(models.Model):
    """A mail notice to one person, with its Message-ID fixed before the first attempt."""

    message_id = models.CharField(max_length=200, unique=True)
    # What makes it the same letter: the fact it tells of and the person it tells.
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.PROTECT, related_name="letters")
    address = models.CharField(max_length=320)
    ticket_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    # The journal entry it tells of; by it the timeline shows what became of the letters about a fact.
    entry_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    facts = models.JSONField(default=dict)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)
    # Taken back before it left, or never sent because its reader had too many: `trouble` says which.
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # When a report said that it did not arrive, after the server had taken it; and its reason class.
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=40, blank=True, db_default="")
    trouble = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["address", "sent_at"], condition=Q(sent_at__isnull=False), name="letter_sent_to")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"
