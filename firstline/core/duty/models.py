"""Shifts, absences, abilities and needs of people, and how each team gets its work."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstline.core.people.models import Person, Team
from firstline.core.services.models import Service
from firstline.core.sla.models import Calendar


class Shift(models.Model):
    """One stretch in which a person is on duty for a team, from an instant to an instant."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="shifts", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="shifts", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    # What the calendar it was imported from calls it; importing the calendar again replaces it.
    uid = models.CharField(max_length=300, blank=True, default="")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was taken off the rota")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="shift_ends_after_it_starts"),
        ]
        indexes = [
            models.Index(fields=["team", "ends_at"], condition=Q(ended_at=None), name="shift_of_team"),
            models.Index(fields=["person", "ends_at"], condition=Q(ended_at=None), name="shift_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%F %H:%M}"


class Absence(models.Model):
    """A stretch in which a person cannot be given work: away for a while, or absent with a deputy."""

    class Kind(models.TextChoices):
        AWAY = "away"
        ABSENT = "absent"

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences", db_index=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True, help_text="null: until they say they are back")
    # Who stands in for them; where nobody is named, the duty list of their team does.
    deputy = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    said_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    said_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when they came back, or it was replaced")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="absence_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=models.F("from_at")), name="absence_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=models.F("person")), name="absence_deputy_is_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Ability(models.Model):
    """How much a person can carry at once, and what they can do; who has none takes anything, any number."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="ability")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="workable tickets held at once")
    # Languages in which they help requesters, ["en", "uk"]; none named: any.
    languages = models.JSONField(default=list, blank=True)
    skills = models.JSONField(default=list, blank=True, help_text='["linux", "pos"]')
    own_site_only = models.BooleanField(default=False, db_default=False, help_text="tickets of their own site only")

    def __str__(self) -> str:
        return f"{self.person_id}"


class Need(models.Model):
    """What whoever takes a service's or a team's tickets must be able to do."""

    service = models.OneToOneField(Service, models.CASCADE, null=True, blank=True, related_name="need")
    team = models.OneToOneField(Team, models.CASCADE, null=True, blank=True, related_name="need")
    languages = models.JSONField(default=list, blank=True, help_text="all of them must be spoken")
    skills = models.JSONField(default=list, blank=True, help_text="all of them must be there")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(service=None, team__isnull=False) | Q(service__isnull=False, team=None),
                name="need_of_a_service_or_of_a_team",
            )
        ]

    def __str__(self) -> str:
        return f"need {self.service_id or ''}/{self.team_id or ''}"


class Practice(models.Model):
    """How a team gets its work and what it asks of who hands over to it; a team without one pulls and asks nothing."""

    class Mode(models.TextChoices):
        PULL = "pull"
        ROUND_ROBIN = "round_robin"
        LEAST_LOADED = "least_loaded"

    team = models.OneToOneField(Team, models.CASCADE, primary_key=True, related_name="practice")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.PULL, db_default=Mode.PULL)
    # Fields as services.forms describes them, asked of whoever hands a ticket to this team.
    asks = models.JSONField(default=list, blank=True)
    lapse_for = models.DurationField(null=True, blank=True, help_text="after which an unanswered offer goes back")
    # Whether only those on a shift of this team take its work, and its tickets pass on when a shift ends.
    by_rota = models.BooleanField(default=False, db_default=False)
    # When the team's place is open; without one, its shifts say so.
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, blank=True, related_name="+")
    # To whom round robin gave last.
    last_given = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"{self.team_id} {self.mode}"
