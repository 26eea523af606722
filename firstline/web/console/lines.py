"""A ticket as its line in a list: every word, ring and sign made ready, so that fifty lines are cheap to draw."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from html import escape
from itertools import groupby

from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from firstline.core.ownership import stopped as where
from firstline.core.ownership.queue import Place
from firstline.core.ownership.ranks import BAND, OVERDUE
from firstline.core.ownership.stopped import Known
from firstline.core.people.models import Person
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import DONE, WAITING, State
from firstline.web import naming, wording
from firstline.web.console.rows import Line
from firstline.web.console.stopped import sentence
from firstline.web.templatetags import frame

_WAITS = {State.WAITING_REQUESTER: "requester", State.WAITING_THIRD_PARTY: "third-party", State.PLANNED: "planned"}


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the queue and the tone of its dot."""

    key: str
    word: Promise
    tone: str


GROUPS = {
    group.key: group
    for group in (
        Group("first", _("Vital, before all others"), "soon"),
        Group("late", _("Overdue"), "late"),
        Group("hour", _("Under an hour"), "soon"),
        Group("today", _("Later today"), "well"),
        Group("later", _("Later"), "well"),
        Group("requester", _("Waiting on requester"), "still"),
        Group("third-party", _("Waiting on third party"), "still"),
        Group("planned", _("Planned"), "later"),
        Group("done", _("Solved and closed"), "still"),
    )
}


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; `goes_on` if the page before ended under the same one."""

    group: Group
    lines: list[Line]
    goes_on: bool


def sections(lines: Iterable[Line], *, after: str = "") -> list[Section]:
    """Return lines under their headings, in the order they come; `after` names the heading of the page before."""
    parts = [(key, list(part)) for key, part in groupby(lines, key=lambda line: line.group)]
    return [Section(GROUPS[key], part, goes_on=at == 0 and key == after) for at, (key, part) in enumerate(parts)]


class Liner:
    """Makes the lines of one page: who reads it, when, and the address each line leads to."""

    def __init__(self, person: Person, now: datetime, query: str) -> None:
        self.person, self.now = person, now
        self.tail = f"?{query}" if query else ""
        self.root = reverse("console:ticket", args=[0]).removesuffix("0")
        local = timezone.localtime(now)
        self.language = translation.get_language() or "en"
        self.zone = timezone.get_current_timezone()
        self.desk = gettext("the desk")
        self.midnight = (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def lines(self, rows: Iterable[tuple[Ticket, Place | None]]) -> Iterator[Line]:
        """Yield a line for each ticket and its place in the queue (None if it is in no queue)."""
        for ticket, place in rows:
            yield self.line(ticket, place)

    def line(self, ticket: Ticket, place: Place | None) -> Line:
        """Return the line of one ticket."""
        requester, organisation, assignee = ticket.requester, ticket.organisation, ticket.assignee
        team, latest_by = ticket.team, ticket.latest_by
        steward = ticket.steward if ticket.steward_id != ticket.assignee_id else None
        return Line(
            number=ticket.number,
            href=f"{self.root}{ticket.number}{self.tail}",
            subject=ticket.subject,
            clock=self.clock(ticket, place),
            priority=_priority(ticket.priority, self.language),
            state=_state(ticket.state, self.language),
            channel=_channel(ticket.channel, self.language),
            requester=requester.name,
            organisation=organisation.name if organisation else "",
            vip=requester.vip or bool(organisation and organisation.vip),
            team=team.name if team else "",
            line=team.line if team else None,
            assignee=assignee.name if assignee else "",
            initials=frame.initials(assignee.name) if assignee else "",
            mine=ticket.assignee_id == self.person.pk,
            steward=steward.name if steward else "",
            latest=latest_by.name if latest_by else self.desk,
            age=self.age(ticket.latest_at),
            # The requester had the last word, and nobody has answered it.
            unread=ticket.latest_by_id == ticket.requester_id and ticket.state not in DONE,
            group=self.group(ticket, place),
            incident=_incident(ticket),
            stopped=self.stopped(ticket),
        )

    def stopped(self, ticket: Ticket) -> str:
        """Return where it stopped, if the list asked for `ownership.queries.STOPPED`; else ""."""
        if not hasattr(ticket, "had_since"):
            return ""
        names = {"team": ticket.team, "person": ticket.assignee, "offered_to": ticket.offered_to}
        known = Known(
            state=ticket.state, requester=ticket.requester.name, had_since=ticket.had_since or ticket.registered_at,
            waiting_since=ticket.waiting_since, planned_until=ticket.planned_until,
            asked_team=getattr(ticket, "asked_team", None) or "",
            **{name: row.name if row else "" for name, row in names.items()},
        )  # fmt: skip
        found = where.stopped(known)
        return sentence(found, self.now) if found else ""

    def group(self, ticket: Ticket, place: Place | None) -> str:
        """Return the key of the heading under which a ticket stands."""
        if place is None:
            return "done"
        if ticket.state in WAITING:
            return _WAITS[State(ticket.state)]
        due_at = place.due_at
        if place.rank < OVERDUE * BAND and due_at > self.now:
            return "first"
        if due_at <= self.now:
            return "late"
        if due_at <= self.now + timedelta(hours=1):
            return "hour"
        return "today" if due_at < self.midnight else "later"

    def clock(self, ticket: Ticket, place: Place | None) -> SafeString:
        """Return what is promised, as a ring and words; for a ticket that waits, for how long."""
        if ticket.state in WAITING or place is None:
            return self._standing(ticket)
        due_at = place.due_at
        return _CLOCK(
            due_at.isoformat(),
            ticket.registered_at.isoformat(),
            wording.tone_of(due_at, ticket.registered_at, self.now),
            exactly(due_at, self.zone),
            frame.ring(wording.share_left(due_at, ticket.registered_at, self.now)),
            wording.left(due_at, self.now),
        )

    def _standing(self, ticket: Ticket) -> SafeString:
        if ticket.state == State.PLANNED and ticket.planned_until:
            return _STANDING("later", frame.icon("calendar-clock"), wording.moment(ticket.planned_until, self.now))
        if ticket.state in DONE:
            ended = ticket.closed_at or ticket.resolved_at or ticket.latest_at
            return _STANDING("well", frame.icon("check"), wording.ago(ended, self.now))
        since = ticket.waiting_since or ticket.latest_at
        words = gettext("waits %(time)s") % {"time": wording.span(self.now - since)}
        return _STANDING("still", frame.icon("pause"), words)

    def age(self, at: datetime) -> SafeString:
        """Return how long ago, in short words, with the exact instant on hover."""
        return _AGE(at.isoformat(), exactly(at, self.zone), wording.span(max(self.now - at, timedelta(0))))


def _incident(ticket: Ticket) -> str:
    """Return what a list that asked for `incidents.MARKS` knows of the ticket."""
    if getattr(ticket, "is_major", False):
        return "major"
    return "part" if getattr(ticket, "is_part", False) else ""


def exactly(at: datetime, zone: tzinfo) -> str:
    """Return the exact instant on the reader's wall clock, in digits: a date in words costs twenty times as much."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


def _formatted(html: str) -> Callable[..., SafeString]:
    """Return what fills `html` in, escaping like format_html at a tenth of its price; the last may be any words."""
    return lambda *values: mark_safe(html.format(*values[:-1], escape(values[-1])))


_CLOCK = _formatted(
    '<due-time class="row-clock clock" at="{}" from="{}" data-tone="{}" title="{}">{}<span>{}</span></due-time>'
)
_STANDING = _formatted('<span class="row-clock clock" data-tone="{}">{}<span>{}</span></span>')
_AGE = _formatted('<time datetime="{}" title="{}">{}</time>')


# What is the same in every line of a language is made once.


@cache
def _priority(level: int, language: str) -> SafeString:
    return frame.priority(level, bare=True)


@cache
def _state(key: str, language: str) -> SafeString:
    name = naming.STATES[key]
    return format_html(
        '<span class="chip" data-tone="{}" title="{}">{}<span class="row-state-word">{}</span></span>',
        name.tone, name.word, frame.icon(name.icon), name.word,
    )  # fmt: skip


@cache
def _channel(key: str, language: str) -> SafeString:
    name = naming.CHANNELS.get(key) or naming.CHANNELS["api"]
    return format_html(
        '<svg class="icon row-channel" role="img" aria-label="{}"><title>{}</title><use href="{}#{}"></use></svg>',
        name.word, name.word, static("icons.svg"), name.icon,
    )  # fmt: skip
