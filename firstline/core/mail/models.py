"""What a desk decides about mail beforehand: filters, blocked senders, the words of its notices, its keys."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import LANGUAGES, Desk, Person, Team
from firstline.core.services.models import Service


class MailFilter(models.Model):
    """A rule for new mail: a condition, and what it sets, or that the mail is left alone.

    Filters are asked in the order of `position`; all that match count. What an earlier one set, a later one does not
    set again; tags add up; one that ignores ends it.
    """

    class Field(models.TextChoices):
        FROM = "from"
        TO = "to"
        SUBJECT = "subject"
        BODY = "body"
        HEADER = "header"

    class How(models.TextChoices):
        CONTAINS = "contains"
        EQUALS = "equals"
        REGEX = "regex"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="mail_filters")
    name = models.CharField(max_length=100)
    position = models.PositiveIntegerField()
    field = models.CharField(max_length=8, choices=Field.choices)
    header = models.CharField(max_length=100, blank=True, help_text="the field's name, where the condition is on one")
    how = models.CharField(max_length=8, choices=How.choices)
    pattern = models.CharField(max_length=500)

    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    tag = models.CharField(max_length=60, blank=True)
    ignores = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True, help_text="why such mail is left alone")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__isnull=True) | Q(priority__gte=1, priority__lte=4),
                name="mail_filter_priority_is_1_to_4",
            ),
            models.CheckConstraint(condition=Q(ignores=False) | ~Q(why=""), name="mail_filter_says_why_it_ignores"),
        ]
        indexes = [models.Index(fields=["desk", "position"], condition=Q(ended_at=None), name="mail_filter_in_order")]

    def __str__(self) -> str:
        return self.name


class BlockedSender(models.Model):
    """An address, or a whole domain, whose mail is left alone until it is let in again."""

    class Kind(models.TextChoices):
        ADDRESS = "address"
        DOMAIN = "domain"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="blocked_senders")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    key = models.CharField(max_length=320, help_text="as it is compared: people.contacts.mail_key, or its domain")
    why = models.CharField(max_length=200, blank=True)
    blocked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    blocked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "key"], condition=Q(ended_at=None), name="sender_blocked_once")
        ]

    def __str__(self) -> str:
        return self.key


class NoticeText(models.Model):
    """A desk's own words for one kind of notice in one language, in versions; the shipped ones hold without it."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="notice_texts")
    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    written_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "kind", "language"], condition=Q(ended_at=None), name="notice_text_one_in_use"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language}"


class MailKey(models.Model):
    """A key by which mail to a desk is opened, or a signature on it is believed; see MailKey.Kind."""

    class Kind(models.TextChoices):
        SMIME = "smime"  # the desk's own certificate and its private key
        TRUSTED = "trusted"  # a certificate of an authority, or of a correspondent
        PGP = "pgp"  # the desk's own secret key
        KNOWN = "known"  # a correspondent's public key

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="mail_keys")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=200, help_text="as the key itself says whose it is")
    addresses = models.JSONField(default=list, help_text="mail addresses that it names")
    fingerprint = models.CharField(max_length=128)
    until = models.DateTimeField(null=True, blank=True, help_text="when it ends by itself")
    public = models.TextField(help_text="PEM, or an armoured block; of a secret PGP key nothing")
    # Sealed: the private key, as JSON with its passphrase; wiped when the key is removed.
    secret = models.TextField(blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["desk", "kind", "fingerprint"], condition=Q(ended_at=None), name="mail_key_added_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(secret=""), name="mail_key_removed_holds_no_secret"
            ),
        ]

    def __str__(self) -> str:
        return self.name
