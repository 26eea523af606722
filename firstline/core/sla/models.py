"""Calendars, agreements in versions, and the clocks that run on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstline.core.people.models import Desk, Person
from firstline.core.services.models import Service, Tier
from firstline.core.tickets.models import Ticket


class Calendar(models.Model):
    """When a desk or a customer's support is open."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="calendars")
    name = models.CharField(max_length=100)
    # The one by which the desk counts its own working days.
    main = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk"], condition=Q(main=True, ended_at=None), name="calendar_one_main"),
            models.UniqueConstraint(fields=["desk", "name"], name="calendar_name_once_per_desk"),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """A calendar as it was set at one time; edits make a new version and bind later promises only."""

    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    time_zone = models.CharField(max_length=64)
    # {"hours": {"mon": [["09:00", "18:00"]]}, "holidays": [...], "shifts": {...}, "breaks": {...}}
    rules = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["calendar", "version"], name="calendar_version_once")]

    def __str__(self) -> str:
        return f"{self.calendar_id} v{self.version}"


class Agreement(models.Model):
    """A promise to customers: of a tier, or (with no tier) of the desk to everybody else."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="agreements")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="agreements")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="agreements")
    name = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="agreement_name_once_per_desk")]

    def __str__(self) -> str:
        return self.name


class AgreementVersion(models.Model):
    """The targets of an agreement as they were set at one time, on one calendar version."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="agreements")
    # {"1": {"take": seconds, "first_response": ..., "next_response": ..., "resolve": ...}, ...} by priority
    targets = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.version}"


class OpeningSet(models.Model):
    """Opening intervals as they were computed when promised, shared by all clocks promised with the same."""

    digest = models.CharField(max_length=64, unique=True)
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="opening_sets")
    opens_at = models.DateTimeField(help_text="the window's begin")
    ends_at = models.DateTimeField(help_text="the window's end")
    intervals = models.BinaryField(help_text="as workclock freezes them")

    def __str__(self) -> str:
        return self.digest[:12]


class Clock(models.Model):
    """One running promise on one ticket."""

    class Kind(models.TextChoices):
        TAKE = "take"
        FIRST_RESPONSE = "first_response"
        NEXT_RESPONSE = "next_response"
        RESOLVE = "resolve"

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        MET = "met"
        MISSED = "missed"
        ENDED = "ended"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="clocks")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    agreement = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="+", db_index=False)
    openings = models.ForeignKey(OpeningSet, models.PROTECT, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    budget_for = models.DurationField(help_text="working time promised")
    # Null while paused: the promise has no instant until the wait ends.
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=40, blank=True, help_text="why it ended without being met or missed")
    next_at = models.DateTimeField(null=True, help_text="when the sweeper must look at it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "kind"],
                condition=Q(ended_at=None),
                name="clock_one_of_a_kind_runs_per_ticket",
            ),
            models.CheckConstraint(
                condition=Q(state="running", due_at__isnull=False, ended_at=None)
                | Q(state="paused", due_at=None, ended_at=None)
                | Q(state__in=["met", "missed", "ended"], ended_at__isnull=False),
                name="clock_runs_waits_or_has_ended",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="clock_next")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.state}"


class Pause(models.Model):
    """A stretch in which a ticket waited for somebody outside, taken off its clocks."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="pauses")
    state = models.CharField(max_length=20, help_text="the waiting state it stood in")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket"], condition=Q(ended_at=None), name="pause_one_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.began_at:%F %T}"
