"""Persons, how to reach them, where they belong and what they may do."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

LANGUAGES = [("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian")]


class Organisation(models.Model):
    """A customer, or a part of one's own company, whose people send requests."""

    name = models.CharField(max_length=200)
    about = models.TextField(blank=True)
    vip = models.BooleanField(default=False)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class OrganisationDomain(models.Model):
    """A mail domain whose unknown senders belong to the organisation."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.domain


class Site(models.Model):
    """A place where people work: an office, a shop, a plant."""

    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="sites")
    address = models.TextField(blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """One service desk: its first line, its languages, its settings."""

    class Model(models.TextChoices):
        LOCAL = "local"
        CENTRAL = "central"
        VIRTUAL = "virtual"

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    model = models.CharField(max_length=10, choices=Model.choices, default=Model.CENTRAL)
    time_zone = models.CharField(max_length=64, default="UTC")
    languages = models.JSONField(default=list, help_text='["en", "ru"], the first is the desk\'s own')
    mail_from = models.CharField(max_length=320, blank=True)
    # What work costs is told in it (ISO 4217).
    currency = models.CharField(max_length=3, default="EUR", db_default="EUR")
    # Working days of silence after which a resolved ticket is closed;
    # calendar days in which a reply reopens a closed one.
    close_after_days = models.PositiveSmallIntegerField(default=3)
    reopen_within_days = models.PositiveSmallIntegerField(default=14)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """People who carry tickets together, on one line of support."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="teams")
    name = models.CharField(max_length=200)
    line = models.PositiveSmallIntegerField()
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="teams")
    # The first line that answers for whatever no rule sends elsewhere.
    front = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(line__gte=1, line__lte=4), name="team_line_is_1_to_4"),
            models.CheckConstraint(condition=Q(front=False) | Q(line=1), name="team_in_front_is_first_line"),
            models.UniqueConstraint(fields=["desk"], condition=Q(front=True, ended_at=None), name="desk_has_one_front"),
            models.UniqueConstraint(fields=["desk", "name"], name="team_name_once_per_desk"),
        ]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """Somebody who asks or helps; whoever signs in has an Account too."""

    name = models.CharField(max_length=200)
    language = models.CharField(max_length=2, choices=LANGUAGES, default="en")
    time_zone = models.CharField(max_length=64, blank=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="people")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="people")
    vip = models.BooleanField(default=False)
    # {"mail": {"registered": false}}: what is absent is wanted.
    notices = models.JSONField(default=dict, blank=True)
    # What an hour of this person's work costs, in the desk's currency.
    hour_rate = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="doubles")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name


class ContactPoint(models.Model):
    """A mail address, phone number or messenger id of a person."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"
        TELEGRAM = "telegram"

    person = models.ForeignKey(Person, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=320, help_text="as the person writes it")
    key = models.CharField(max_length=320, help_text="as it is compared: people.contacts.key_of")
    verified_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(ended_at=None), name="contact_point_belongs_to_one_person"
            )
        ]

    def __str__(self) -> str:
        return self.value


class Accounts(BaseUserManager["Account"]):
    """Accounts are found by their address, whatever its case, and come with their person in one statement."""

    def get_queryset(self) -> models.QuerySet[Account]:
        return super().get_queryset().select_related("person")

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """What lets a person sign in: an address and a password."""

    email = models.EmailField(max_length=254, unique=True)
    person = models.OneToOneField(Person, models.CASCADE, related_name="account")
    is_active = models.BooleanField(default=True)

    objects: ClassVar[Accounts] = Accounts()

    EMAIL_FIELD = USERNAME_FIELD = "email"

    def __str__(self) -> str:
        return self.email


class Grant(models.Model):
    """A role given to a person over a team, a desk, an organisation or everything."""

    class Role(models.TextChoices):
        ORGANISATION_MANAGER = "organisation_manager"
        OPERATOR = "operator"
        SPECIALIST = "specialist"
        TEAM_LEAD = "team_lead"
        DESK_MANAGER = "desk_manager"
        AUDITOR = "auditor"
        ADMINISTRATOR = "administrator"

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.CharField(max_length=24, choices=Role.choices)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="grants")
    desk = models.ForeignKey(Desk, models.CASCADE, null=True, blank=True, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.CASCADE, null=True, blank=True, related_name="grants")
    granted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["operator", "specialist", "team_lead"], team__isnull=False)
                | Q(role="desk_manager", desk__isnull=False)
                | Q(role="organisation_manager", organisation__isnull=False)
                | Q(role__in=["auditor", "administrator"]),
                name="grant_names_what_its_role_is_over",
            ),
            models.UniqueConstraint(
                "person",
                "role",
                Coalesce("team", 0),
                Coalesce("desk", 0),
                Coalesce("organisation", 0),
                condition=Q(ended_at=None),
                name="grant_given_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Invitation(models.Model):
    """A letter that lets a person choose a password and sign in."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token in the letter")
    invited_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email


class Token(models.Model):
    """A key with which a program speaks to the API as a person, within scopes."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    scopes = models.JSONField(default=list)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
