"""Calendars, agreements in versions, and the clocks that run on them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from firstline.core.ownership.models import Holding, Task
from firstline.core.people.models import Desk, Organisation, Person, Team
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
    """A promise to customers: of a tier, or (with no tier) of the desk to everybody else.

    With a team it is that team's promise to the others (an OLA): it never binds the desk to a customer.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="agreements")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="agreements")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="agreements")
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="agreements")
    name = models.CharField(max_length=100)
    by_rule_only = models.BooleanField(
        default=False, db_default=False, help_text="a rule has to choose it: it is nobody's closest promise"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["desk", "name"], name="agreement_name_once_per_desk"),
            models.UniqueConstraint(
                fields=["team"], condition=Q(team__isnull=False, ended_at=None), name="agreement_one_of_a_team"
            ),
            models.CheckConstraint(
                condition=Q(team=None) | Q(tier=None, service=None), name="agreement_of_a_team_binds_no_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AgreementVersion(models.Model):
    """The targets of an agreement as they were set at one time, on one calendar version."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField()
    calendar = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="agreements")
    # {"1": {"take": seconds, "first_response": ..., "next_response": ..., "resolve": ...}, ...} by priority;
    # of a team's agreement {"1": {"accept": seconds, "work": ...}, ...}
    targets = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_version_once")]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.version}"


class AgreementRule(models.Model):
    """Which agreement binds which tickets: the first rule in order whose conditions all hold. None is any.

    A rule is never edited: it is ended and another takes its place, so that what chose a promise can be shown.
    """

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="agreement_rules")
    position = models.PositiveSmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, blank=True)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="rules")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(priority=None) | Q(priority__gte=1, priority__lte=4),
                name="agreement_rule_priority_is_1_to_4",
            )
        ]
        indexes = [
            models.Index(fields=["desk", "position"], condition=Q(ended_at=None), name="agreement_rules_in_order")
        ]

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.position}"


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
    """One running promise on one ticket: to its requester, or of a team about its holding or task."""

    class Kind(models.TextChoices):
        TAKE = "take"
        FIRST_RESPONSE = "first_response"
        NEXT_RESPONSE = "next_response"
        RESOLVE = "resolve"
        ACCEPT = "accept"
        WORK = "work"

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
    # The rule that chose the agreement; none if it was the closest promise, or is a team's own.
    rule = models.ForeignKey(AgreementRule, models.PROTECT, null=True, related_name="+", db_index=False)
    # What a team's clock is about; a promise to the requester has neither.
    holding = models.ForeignKey(Holding, models.PROTECT, null=True, related_name="+", db_index=False)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="+", db_index=False)
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
                condition=Q(ended_at=None, holding=None, task=None),
                name="clock_one_of_a_kind_runs_per_ticket",
            ),
            models.UniqueConstraint(
                fields=["holding", "kind"],
                condition=Q(ended_at=None, holding__isnull=False),
                name="clock_one_of_a_kind_runs_per_holding",
            ),
            models.UniqueConstraint(
                fields=["task"], condition=Q(ended_at=None, task__isnull=False), name="clock_one_runs_per_task"
            ),
            models.CheckConstraint(
                condition=Q(kind="accept", holding__isnull=False, task=None)
                | Q(kind="work", holding__isnull=False, task=None)
                | Q(kind="work", holding=None, task__isnull=False)
                | Q(kind__in=["take", "first_response", "next_response", "resolve"], holding=None, task=None),
                name="clock_of_a_team_is_about_its_holding_or_task",
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


class EscalationRule(models.Model):
    """What happens when a clock has run so far: at a percentage of its budget, or so long before or after its deadline.

    Never edited: ended, and another takes its place. The conditions that are None or empty hold for all clocks.
    """

    class Action(models.TextChoices):
        NOTIFY = "notify"
        RAISE_PRIORITY = "raise_priority"
        CALL_IN = "call_in"
        HAND_OVER = "hand_over"
        MAJOR_INCIDENT = "major_incident"

    class Whom(models.TextChoices):
        STEWARD = "steward"
        HOLDER = "holder"
        TEAM = "team"
        LEAD = "lead"
        MANAGER = "manager"
        PERSON = "person"

    desk = models.ForeignKey(Desk, models.PROTECT, related_name="escalation_rules")
    position = models.PositiveSmallIntegerField()
    # One of Clock.Kind; empty for every promise to the requester.
    clock = models.CharField(max_length=14, blank=True)
    # The least urgent priority it is about: 2 is for priorities 1 and 2.
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    tier = models.ForeignKey(Tier, models.PROTECT, null=True, blank=True, related_name="+")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    # Working time after the deadline, below zero before it.
    offset_for = models.DurationField(null=True, blank=True)
    action = models.CharField(max_length=14, choices=Action.choices)
    whom = models.CharField(max_length=8, choices=Whom.choices, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    # Who is told, or gets the ticket, where the rule names a team.
    team = models.ForeignKey(Team, models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=1000, offset_for=None)
                | Q(percent=None, offset_for__isnull=False),
                name="escalation_rule_has_a_percentage_or_an_offset",
            ),
            models.CheckConstraint(
                condition=Q(whom="person", person__isnull=False) | ~Q(whom="person") & Q(person=None),
                name="escalation_rule_names_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.desk_id}/{self.position}"


class Alarm(models.Model):
    """A level that a clock has reached, once: its deadline, or a rule's."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="alarms", db_index=False)
    clock = models.ForeignKey(Clock, models.PROTECT, related_name="alarms", db_index=False)
    # "due" for the deadline itself, else "rule:" and the rule's id.
    level = models.CharField(max_length=20)
    rule = models.ForeignKey(EscalationRule, models.PROTECT, null=True, related_name="alarms", db_index=False)
    reached_at = models.DateTimeField(help_text="when the clock reached it, which may be before anybody looked")
    told_at = models.DateTimeField()
    # When what the rule says was done, or found to be impossible; null while it is owed.
    done_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="why it was not")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "clock", "level"], name="alarm_once_per_level")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.level}"
