"""A ticket's story: its chain opened, with names and texts in place of ids and digests.

Read by the console, the portal and the API; what each kind is called is the edge's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Value

from firstline.core.compiled import compiled, filled
from firstline.core.journal import queries as journal
from firstline.core.people.models import Person, Team
from firstline.core.people.rights import Scope
from firstline.core.tickets import queries as tickets
from firstline.core.tickets.models import Attachment, Message, Ticket

# What those who asked may know of how their request went; everything else is the desk's own business.
PUBLIC_KINDS = frozenset(
    [
        "registered",
        "joined",
        "replied",
        "taken",
        "assigned",
        "accepted",
        "returned",
        "waiting began",
        "planned",
        "resumed",
        "resolved",
        "confirmed",
        "reopened",
        "closed",
        "withdrawn",
        "merged",
        "unmerged",
        "rated",
        "participant added",
        "participant removed",
        "status told",
    ]
)
_PERSONS = ("person_id", "person", "from_person", "requester_id", "assignee_id")
_TEAMS = ("team_id", "team", "from", "to")
_TEXTS = ("text", "why", "findings", "what", "result", "how", "comment", "note")


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of the story.

    text      what was written with it; None if nothing was, or if it was erased (then `erased`)
    persons   names of the persons its facts mention, by the fact's key; teams likewise, and their lines
    filled    the answers a team asked for at a hand-over, as commands.offers kept them
    message   the message, where the entry is one; its files in `files`
    """

    seq: int
    kind: str
    at: datetime
    recorded_at: datetime
    by_id: int | None
    by: str
    facts: dict[str, Any]
    text: str | None = None
    erased: bool = False
    filled: str | None = None
    persons: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    message: Message | None = None
    files: tuple[Attachment, ...] = ()
    entry_id: int = 0

    @property
    def audience(self) -> str:
        """Who may read what was said, or "" where nothing was."""
        return self.message.audience if self.message else ""


def story(ticket: Ticket, scope: Scope, *, staff: bool | None = None) -> list[Moment]:
    """Return the ticket's story as this person may read it, first entry first; five statements.

    staff   whether they read it as one who helps; asked of the scope if None
    """
    helps = tickets.staff_on(scope, ticket) if staff is None else staff
    whole = journal.told(ticket.chain)
    unsaid = journal.taken_back(whole)
    told = [entry for entry in whole if helps or (entry.kind in PUBLIC_KINDS and entry.seq not in unsaid)]
    messages = {message.pk: message for message in tickets.said(ticket, scope, helps=helps)}
    shown = [entry for entry in told if "message" not in entry.facts or entry.facts["message"] in messages]
    said = {message.content_id: message.content.text for message in messages.values()}
    texts = said | journal.texts(_digests(shown) - set(said))
    persons, teams = _names(shown)
    files = tickets.files_said(ticket.pk) if messages else {}
    return [_moment(entry, texts, persons, teams, messages, files) for entry in shown]


def _moment(
    entry: journal.Told,
    texts: dict[str, str | None],
    persons: dict[int, str],
    teams: dict[int, tuple[str, int]],
    messages: dict[int, Message],
    files: dict[int, tuple[Attachment, ...]],
) -> Moment:
    facts = entry.facts
    digest = next((facts[name] for name in _TEXTS if facts.get(name) in texts), None)
    message = messages.get(facts.get("message", 0))
    return Moment(
        seq=entry.seq,
        entry_id=entry.id,
        kind=entry.kind,
        at=entry.happened_at,
        recorded_at=entry.recorded_at,
        by_id=entry.by_id,
        by=persons.get(entry.by_id or 0, ""),
        facts=facts,
        text=texts[digest] if digest else None,
        filled=texts.get(facts.get("filled", "")),
        erased=digest is not None and texts[digest] is None,
        persons={name: persons[facts[name]] for name in _PERSONS if facts.get(name) in persons},
        teams={name: teams[facts[name]][0] for name in _TEAMS if facts.get(name) in teams},
        lines={name: teams[facts[name]][1] for name in _TEAMS if facts.get(name) in teams},
        message=message,
        files=files.get(message.pk, ()) if message else (),
    )


def _digests(told: Iterable[journal.Told]) -> set[str]:
    values = (entry.facts.get(name) for entry in told for name in (*_TEXTS, "filled"))
    return {value for value in values if isinstance(value, str) and len(value) == 64}


def _names(told: Iterable[journal.Told]) -> tuple[dict[int, str], dict[int, tuple[str, int]]]:
    """Return the names of the persons, and the names and lines of the teams, an excerpt mentions; one statement."""
    person_ids: set[int] = set()
    team_ids: set[int] = set()
    for entry in told:
        person_ids |= {entry.by_id} if entry.by_id else set()
        person_ids |= {value for name in _PERSONS if isinstance(value := entry.facts.get(name), int)}
        team_ids |= {value for name in _TEAMS if isinstance(value := entry.facts.get(name), int)}
    named = _named(filled(person_ids), filled(team_ids))
    return (
        {pk: name for line, pk, name in named if line == 0},
        {pk: (name, line) for line, pk, name in named if line},
    )


@compiled
def _named(person_ids: Sequence[int], team_ids: Sequence[int]) -> QuerySet[Any, Any]:
    # A person stands on no line.
    persons = Person.objects.filter(pk__in=person_ids).annotate(stands=Value(0, output_field=IntegerField()))
    teams = Team.objects.filter(pk__in=team_ids).annotate(stands=F("line"))
    return persons.values_list("stands", "pk", "name").union(teams.values_list("stands", "pk", "name"), all=True)
