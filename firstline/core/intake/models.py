"""What arrived, kept as bytes before it is understood, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.people.models import Person


class Blob(models.Model):
    """Bytes addressed by their SHA-256: small ones in the row, large ones in a file of that name, until dropped."""

    digest = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    inline = models.BinaryField(null=True)
    kept_at = models.DateTimeField()
    # When a redaction took the bytes away; the same bytes kept again come back.
    dropped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.digest


class Envelope(models.Model):
    """One arrival on one channel, and its outcome."""

    class Channel(models.TextChoices):
        FORM = "form"
        API = "api"
        PHONE = "phone"
        WALK_IN = "walk_in"
        CORRIDOR = "corridor"
        EMAIL = "email"
        TELEGRAM = "telegram"
        CHAT = "chat"
        IMPORT = "import"

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        REGISTERED = "registered"
        JOINED = "joined"
        DUPLICATE = "duplicate"
        IGNORED = "ignored"
        REFUSED = "refused"
        PARKED = "parked"

    channel = models.CharField(max_length=10, choices=Channel.choices)
    # The carrier's own mark of this arrival; the same arrival again has the same mark.
    source_id = models.CharField(max_length=200)
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="envelopes")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="envelopes")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    why = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # Tickets lie above this feature, so these are plain ids: what it registered or joined.
    ticket_id = models.BigIntegerField(null=True, blank=True)
    message_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "source_id"], name="envelope_arrives_once")]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(outcome__in=["waiting", "parked"]),
                name="envelope_unsettled",
            ),
            models.Index(fields=["ticket_id"], name="envelope_of_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.source_id}"


class Count(models.Model):
    """Arrivals refused before they were kept (over a limit, or from nobody known), counted by day."""

    channel = models.CharField(max_length=10)
    on = models.DateField()
    why = models.CharField(max_length=60)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "on", "why"], name="count_once_per_day_and_reason")]

    def __str__(self) -> str:
        return f"{self.on} {self.channel} {self.why}: {self.refused}"


class Origin(models.Model):
    """What another system calls a thing of ours: by it the same history is never brought in twice."""

    class Kind(models.TextChoices):
        TICKET = "ticket"
        PERSON = "person"

    source = models.CharField(max_length=100)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    external_id = models.CharField(max_length=200)
    # Tickets lie above this feature, so this is a plain id.
    row_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "external_id"], name="origin_names_one_thing")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
