"""What arrived, kept as bytes before it is understood, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstline.core.people.models import Desk, Person, Team


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


class Mailbox(models.Model):
    """An address at which a desk gets mail: where it lies, what is done with it after, in whose name is answered."""

    class Fetching(models.TextChoices):
        IMAP = "imap"
        POP3 = "pop3"
        # Nothing is fetched: mail is handed to us, by `firstline listen` or `firstline intake`.
        NONE = "none"

    class Security(models.TextChoices):
        TLS = "tls"
        STARTTLS = "starttls"
        NONE = "none"

    class SignIn(models.TextChoices):
        PASSWORD = "password"
        MICROSOFT = "microsoft"
        GOOGLE = "google"

    class Then(models.TextChoices):
        SEEN = "seen"
        MOVE = "move"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="mailboxes")
    # Whose queue its requests enter; the desk's front team if it is nobody's.
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="mailboxes")
    address = models.CharField(max_length=320, help_text="as people write to it")
    key = models.CharField(max_length=320, help_text="as it is compared: people.contacts.mail_key")
    name = models.CharField(max_length=200, blank=True, help_text="the sender's name on what leaves from here")

    fetching = models.CharField(max_length=4, choices=Fetching.choices, default=Fetching.NONE)
    host = models.CharField(max_length=253, blank=True)
    port = models.PositiveIntegerField(default=0, help_text="0 is the usual one of its kind and security")
    security = models.CharField(max_length=8, choices=Security.choices, default=Security.TLS)
    username = models.CharField(max_length=320, blank=True)
    # Sealed: the password, the client's secret, or the refresh token or key file, by kind of sign-in.
    secret = models.TextField(blank=True)
    sign_in = models.CharField(max_length=9, choices=SignIn.choices, default=SignIn.PASSWORD)
    # What is no secret of an OAuth2 sign-in: {"client_id": "...", "tenant": "...", "token_url": "..."}.
    sign_in_settings = models.JSONField(default=dict, blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    then = models.CharField(max_length=4, choices=Then.choices, default=Then.SEEN)
    move_to = models.CharField(max_length=200, blank=True)

    # Sealed: smtp://user:password@host:port of its own; without it letters leave as the desk's do.
    smtp = models.TextField(blank=True)
    signature = models.JSONField(default=dict, blank=True, help_text='{"en": "...", "ru": "..."}')
    adds_copied = models.BooleanField(default=False, help_text="people in Cc become participants")
    # The server whose Authentication-Results are believed: its authserv-id, as RFC 8601 has it.
    authserv_id = models.CharField(max_length=253, blank=True)

    # How far the folder was read: UIDs are good only together with their UIDVALIDITY.
    uid_validity = models.BigIntegerField(null=True, blank=True)
    seen_uid = models.BigIntegerField(default=0)
    # Which receiver reads it now, and until when it need not say so again: two would do the same work twice.
    receiver = models.CharField(max_length=60, blank=True, db_default="")
    receiver_until = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=500, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)
    # From when on silence is against its own habit, and whether somebody was told of silence or trouble.
    quiet_after = models.DateTimeField(null=True, blank=True)
    warned_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(ended_at=None), name="mailbox_address_is_used_once")
        ]

    def __str__(self) -> str:
        return self.address


class Withheld(models.Model):
    """A mail that its mailbox names and does not give: it stays where it lies, and is asked for ever more seldom."""

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="withheld", db_index=False)
    # By IMAP its UID, good only together with the UIDVALIDITY; by POP3 the name that the server gives it.
    uid = models.CharField(max_length=100)
    uid_validity = models.BigIntegerField(default=0)
    why = models.CharField(max_length=300)
    tries = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    next_at = models.DateTimeField()
    # It was given at last, or lies there no more.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "uid"], condition=Q(ended_at=None), name="mail_withheld_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.uid} of {self.mailbox_id}"


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
    # Whose it is to look after; null while nobody can say. What came by a mailbox is its desk's.
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # Of mail only, so that its index costs other arrivals nothing: where it came in, and for which address.
    mailbox = models.ForeignKey(
        Mailbox, models.PROTECT, null=True, blank=True, related_name="envelopes", db_index=False
    )
    recipient = models.CharField(max_length=320, blank=True, db_default="")
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
            models.Index(
                fields=["mailbox", "received_at"], condition=Q(mailbox__isnull=False), name="envelope_of_mailbox"
            ),
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
