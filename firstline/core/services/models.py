"""The catalogue of services, their forms and instructions, and who bought which tier."""

from __future__ import annotations

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from firstline.core.kernel.texts import pick
from firstline.core.people.models import Desk, Organisation, Person, Team


class Category(models.Model):
    """A branch of the tree by which a desk sorts what goes wrong."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="categories")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    key = models.SlugField(max_length=80)
    name = models.JSONField(default=dict, help_text="by language")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="category_key_once_per_desk")]

    def __str__(self) -> str:
        return pick(self.name, "en")


class Service(models.Model):
    """Something the desk offers and supports."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="services")
    key = models.SlugField(max_length=60)
    name = models.JSONField(default=dict, help_text="by language")
    about = models.JSONField(default=dict, blank=True, help_text="by language")
    icon = models.CharField(max_length=40, default="life-buoy")
    # Who gets its tickets first; the desk's front team where none is named.
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="services")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="services")
    kind = models.CharField(max_length=10, default="incident")
    impact = models.PositiveSmallIntegerField(default=3)
    urgency = models.PositiveSmallIntegerField(default=3)
    # What its overdue tickets weigh against those of other services.
    weight = models.PositiveSmallIntegerField(default=1)
    # Rare but vital: no ticket with a later virtual deadline is offered before one of this service.
    guarded = models.BooleanField(default=False, db_default=False)
    public = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], name="service_key_once_per_desk"),
            models.CheckConstraint(
                condition=Q(impact__gte=1, impact__lte=4, urgency__gte=1, urgency__lte=4),
                name="service_impact_urgency_1_to_4",
            ),
        ]

    def __str__(self) -> str:
        return pick(self.name, "en")


class FormVersion(models.Model):
    """What a service asks of its requester: fields as forms.py describes them. A change makes a new version."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="forms")
    version = models.PositiveSmallIntegerField()
    fields = models.JSONField(default=list)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "version"], name="form_version_once_per_service")]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.version}"


class InstructionVersion(models.Model):
    """Steps a line follows on a service's ticket: [{"text": {lang: ...}, "team": id or null, "how": ...}].

    how   "task" or "hand_over", by which the team is brought in; "" where the line does the step itself
    """

    service = models.ForeignKey(Service, models.PROTECT, related_name="instructions")
    version = models.PositiveSmallIntegerField()
    steps = models.JSONField(default=list)
    # What the line may solve by itself, in words, by language.
    alone = models.JSONField(default=dict, db_default=Value({}, models.JSONField()), blank=True)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "version"], name="instruction_version_once_per_service")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} v{self.version}"


class Tier(models.Model):
    """A level of service one can buy; its targets stand in the agreements bound to it."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="tiers")
    name = models.CharField(max_length=80)
    about = models.JSONField(default=dict, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    currency = models.CharField(max_length=3, default="EUR")
    price_monthly = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    price_ticket = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    price_overtime_hour = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    included_tickets = models.PositiveIntegerField(null=True, blank=True)
    # What is paid back for each broken promise to resolve, at most this share of what the tier costs a month.
    penalty = models.DecimalField(max_digits=12, decimal_places=2, default=0, db_default=0)
    penalty_cap = models.PositiveSmallIntegerField(default=100, db_default=100, help_text="percent")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="tier_name_once_per_desk")]

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """An organisation's right to a tier, from a day to a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contracts")
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="contracts")
    tier = models.ForeignKey(Tier, models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the first day it no longer holds")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gt=models.F("starts_on")),
                name="contract_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return self.number or f"{self.organisation_id}/{self.tier_id}"
