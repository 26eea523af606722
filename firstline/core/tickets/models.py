"""The registered request and what hangs on it: conversation, participants, links, time spent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from firstline.core.intake.models import Blob, Envelope
from firstline.core.journal.models import Content
from firstline.core.kernel.identifiers import number_of
from firstline.core.kernel.texts import pick
from firstline.core.people.models import Desk, Organisation, Person, Site, Team
from firstline.core.services.models import Category, FormVersion, Service


class NamedState(models.Model):
    """A desk's own name for a state, or a further state of a category."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="named_states")
    category = models.CharField(max_length=20)
    key = models.SlugField(max_length=40)
    name = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "key"], name="named_state_once_per_desk")]

    def __str__(self) -> str:
        return pick(self.name, "en")


class Ticket(models.Model):
    """A registered request. Its columns follow from its chain: see life.py."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="tickets")
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=20)
    channel = models.CharField(max_length=10)
    requester = models.ForeignKey(Person, models.PROTECT, related_name="requests")
    registrar = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="tickets", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, null=True, related_name="+", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="tickets", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="tickets", db_index=False)
    impact = models.PositiveSmallIntegerField()
    urgency = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=300)
    subject_salt = models.BinaryField(max_length=16, null=True)
    steward_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    steward = models.ForeignKey(Person, models.PROTECT, null=True, related_name="stewarded", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="tickets", db_index=False)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="assigned", db_index=False)
    offered_to = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    imported = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    waiting_since = models.DateTimeField(null=True)
    planned_until = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closing = models.CharField(max_length=10, blank=True)
    cause = models.CharField(max_length=40, blank=True)
    resolution = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed", db_index=False)
    hand_overs = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    score = models.PositiveSmallIntegerField(null=True)
    latest_at = models.DateTimeField()
    latest_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    # Not replayed: where it came from, and what its form asked (see docs/adr/0005-journal.md).
    envelope = models.ForeignKey(Envelope, models.PROTECT, null=True, related_name="tickets", db_index=False)
    form = models.ForeignKey(FormVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    answers = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    # When silence will count as consent; set while resolved.
    close_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    priority__gte=1,
                    priority__lte=4,
                    impact__gte=1,
                    impact__lte=4,
                    urgency__gte=1,
                    urgency__lte=4,
                ),
                name="ticket_priority_impact_urgency_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(steward__isnull=True) | Q(steward_team__isnull=False),
                name="ticket_steward_stands_in_a_team",
            ),
        ]
        indexes = [
            models.Index(fields=["desk", "-registered_at"], name="ticket_newest_of_desk"),
            models.Index(fields=["organisation", "-registered_at"], name="ticket_of_organisation"),
            models.Index(fields=["close_due_at"], condition=Q(close_due_at__isnull=False), name="ticket_closing_soon"),
            models.Index(fields=["planned_until"], condition=Q(planned_until__isnull=False), name="ticket_planned"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="ticket_merged"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def number(self) -> int:
        """The number people say: the row's id and a check digit."""
        return number_of(self.pk)

    @property
    def chain(self) -> str:
        """The key of this ticket's chain in the journal."""
        return f"ticket:{self.pk}"


class Message(models.Model):
    """One thing somebody said in a ticket, to the audience named."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="messages", db_index=False)
    audience = models.CharField(max_length=8)
    # The team whose task it belongs to, where the audience is one team.
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=10)
    content = models.ForeignKey(Content, models.PROTECT, related_name="+", db_index=False)
    sent_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    envelope = models.ForeignKey(Envelope, models.PROTECT, null=True, related_name="messages", db_index=False)
    # The carrier's Message-ID in angle brackets, by which a later message may refer to this one.
    carrier_id = models.CharField(max_length=300, null=True, blank=True)
    # When its author took it back, before anybody outside could read it.
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["carrier_id"], condition=Q(carrier_id__isnull=False), name="message_by_carrier_id")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class Mail(models.Model):
    """The whole of a mail whose new part a message shows: the page that shows it all reads it from here.

    Pictures that the HTML names as cid:... are the message's attachments of that `content_id`. The HTML is as it
    came, neither cleaned nor safe to show. What is absent here is the same as in the message.
    """

    message = models.OneToOneField(Message, models.PROTECT, primary_key=True, related_name="mail")
    text = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    html = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    # Of a signed or encrypted mail, what came of it: {"encrypted", "standard", "signature", "signers", "opened"}.
    seal = models.JSONField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.message_id)


class Attachment(models.Model):
    """A file sent with a message, addressed by its content."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    # How a mail's HTML names it, without brackets; `inline` where the HTML shows it.
    content_id = models.CharField(max_length=300, blank=True, db_default="")
    inline = models.BooleanField(default=False, db_default=False)
    redacted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Participant(models.Model):
    """Somebody besides requester, steward and holder who follows a ticket."""

    class Part(models.TextChoices):
        FOLLOWS = "follows"
        CALLED_IN = "called_in"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="participations")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.FOLLOWS)
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "person"], condition=Q(ended_at=None), name="participant_once_per_ticket"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.person_id}"


class VendorContact(models.Model):
    """Somebody at a vendor to whom a ticket's vendor line is written; they see that line and nothing else."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="vendor_contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="vendor_lines")
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "person"], condition=Q(ended_at=None), name="vendor_contact_once_per_ticket"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.person_id}"


class Link(models.Model):
    """How one ticket stands to another."""

    class Kind(models.TextChoices):
        RELATES = "relates"
        CAUSED_BY = "caused_by"
        CHILD_OF = "child_of"
        SPLIT_FROM = "split_from"
        FOLLOWS_UP = "follows_up"

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="links")
    other = models.ForeignKey(Ticket, models.PROTECT, related_name="links_here")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    linked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], condition=Q(ended_at=None), name="link_once"),
            models.CheckConstraint(condition=~Q(ticket=models.F("other")), name="link_joins_two_tickets"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class Tag(models.Model):
    """A word of a desk's own by which tickets are grouped."""

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="tags")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["desk", "name"], name="tag_once_per_desk")]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """A tag on a ticket."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="taggings")
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="taggings")
    tagged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    tagged_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "tag"], condition=Q(ended_at=None), name="tagging_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.tag_id}"


class Work(models.Model):
    """Time somebody spent on a ticket, and what it costs."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="work")
    person = models.ForeignKey(Person, models.PROTECT, related_name="work", db_index=False)
    began_at = models.DateTimeField()
    spent_for = models.DurationField()
    rate = models.DecimalField(max_digits=10, decimal_places=2)
    cost = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.ForeignKey(Content, models.PROTECT, null=True, related_name="+", db_index=False)
    logged_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(cost__gte=0, rate__gte=0), name="work_cost_not_below_zero")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.spent_for}"


class Origin(models.Model):
    """The desk a ticket was imported from, and what that desk said of it (see insight)."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="origin")
    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="origin_imported_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class Reported(models.Model):
    """What another system stated of a ticket whose history was imported; the desk's own row is what it observed."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="reported", primary_key=True)
    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200)
    # How many rows of the log tell of this ticket.
    events = models.PositiveIntegerField()
    made_sla = models.BooleanField(null=True)
    reassignments = models.PositiveIntegerField(null=True)
    reopenings = models.PositiveIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=60, blank=True)
    change = models.CharField(max_length=60, blank=True)
    vendor = models.CharField(max_length=60, blank=True)
    # {"team": ..., "category": ...}: the last row's labels, as in the log.
    labels = models.JSONField(default=dict)
    # ["time_backwards", "left_closed", ...]: what no rule of a desk would allow, and yet was so.
    flags = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"
