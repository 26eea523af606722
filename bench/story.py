"""What happened to each seeded ticket: drawn at random, told as facts, folded by `life.apply`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, models, transaction
from django.db.models.expressions import DatabaseDefault

from bench import world
from firstline.commands import clocks, figures, searching
from firstline.core import rows
from firstline.core.insight import variants
from firstline.core.insight.models import Figures
from firstline.core.journal import chain as chains
from firstline.core.journal.contents import digest_of
from firstline.core.journal.models import Content, Entry
from firstline.core.ownership import ranks
from firstline.core.ownership.models import Holding, QueuePlace
from firstline.core.sla import workclock
from firstline.core.sla.models import Clock
from firstline.core.tickets import life
from firstline.core.tickets.models import Message, Ticket

CHUNK = 2000
FIRST_ID = 1001
TEXTS = (
    "printer prints blank pages", "cannot sign in after the holiday", "VPN drops every hour", "screen stays dark",
    "new employee needs a mailbox", "till does not open", "invoice shows the wrong sum", "phone has no tone",
    "shared folder is gone", "the report takes forever",
)  # fmt: skip
SPAN = timedelta(days=700)
MODELS = (Content, Ticket, Message, Entry, Holding, Clock, QueuePlace, Figures)


def seed(tickets: int, still_open: int) -> Iterator[int]:
    """Make the desk and `tickets` tickets, the last `still_open` of them open; yields how many are done."""
    with transaction.atomic():
        made = world.make()
        openings = {year: clocks.opening_set(made.agreement.calendar, datetime(year, 1, 1, tzinfo=world.NOW.tzinfo))
                    for year in (2024, 2025, 2026)}  # fmt: skip
    teller = Teller(made, openings)
    for begin in range(0, tickets, CHUNK):
        with transaction.atomic():
            for number in range(begin, min(begin + CHUNK, tickets)):
                teller.tell(number, tickets, opened=number >= tickets - still_open)
            teller.flush()
        yield min(begin + CHUNK, tickets)
    for model in MODELS:
        if model not in (Content, Figures):
            _go_on_behind(model, teller.last[model])


class Writer:
    """Rows of one table, remembered until they are written; a column that is not given is what the model makes it."""

    def __init__(self, model: type[models.Model]) -> None:
        self.model, self.fields = model, list(model._meta.concrete_fields)
        self.rest = {field.attname: _left_out(field) for field in self.fields}
        self.rows: list[tuple[Any, ...]] = []

    def add(self, **values: Any) -> None:
        """Remember one row."""
        self.rows.append(tuple({**self.rest, **values}.values()))

    def flush(self) -> None:
        """Write what is remembered, in the caller's transaction."""
        rows.write(self.model, self.fields, self.rows)
        self.rows = []


def _left_out(field: models.Field[Any, Any]) -> Any:
    default = field.get_default()
    return field.db_default if isinstance(default, DatabaseDefault) else default


def _go_on_behind(model: type[models.Model], last: int) -> None:
    """Let the table's own ids go on behind `last`; SQLite does so by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ALTER COLUMN id RESTART WITH {last + 1}")


class Teller:
    """Makes one ticket's rows after another, the same for the same number."""

    def __init__(self, made: world.World, openings: dict[int, tuple[int, Any]]) -> None:
        self.world, self.openings = made, openings
        self.writers = {model: Writer(model) for model in MODELS}
        self.last: dict[Any, int] = dict.fromkeys(MODELS, 0) | {Ticket: FIRST_ID - 1}
        self.said: list[tuple[int, int, str]] = []
        self.paths: set[tuple[str, ...]] = set()
        self.chance = random.Random(1)

    def flush(self) -> None:
        """Write what was told."""
        for writer in self.writers.values():
            writer.flush()
        figures.remember(sorted(self.paths))
        searching.index(self.said)
        self.said = []

    def tell(self, number: int, of: int, *, opened: bool) -> None:
        """Tell one ticket from its registration to where it stands."""
        chance, desk = self.chance, self.world
        at = world.NOW - SPAN * (1 - number / of)
        if opened:
            at = world.NOW - timedelta(seconds=chance.randrange(60, 14 * 86_400))
        requester, organisation = chance.choice(desk.requesters)
        story = Story(self, self._id(Ticket), requester, at)
        story.register(organisation, chance.choice(desk.services), chance.choice(TEXTS))
        if opened and chance.random() < 0.3:
            return story.end()
        story.take(desk.front, chance.choice(desk.staff[desk.front]))
        if chance.random() < (0.7 if opened else 0.2):
            team = chance.choice(desk.teams)
            story.hand_over(team, chance.choice(desk.staff[team]))
        if opened:
            return story.end()
        story.resolve()
        return story.end()

    def due(self, at: datetime, kind: str) -> tuple[int, datetime]:
        """Return the id of the frozen openings and the deadline of a promise given at `at`."""
        set_id, openings = self.openings[at.year]
        return set_id, workclock.due_at(at, timedelta(seconds=world.TARGETS[kind]), openings)

    def add(self, model: Any, **values: Any) -> int:
        """Remember a row of `model` and return its id."""
        pk = self._id(model)
        self.writers[model].add(id=pk, **values)
        return pk

    def content(self, text: str) -> str:
        """Remember a text and return its digest."""
        salt = self.chance.randbytes(16)
        digest = digest_of(salt, text)
        self.writers[Content].add(digest=digest, salt=salt, text=text)
        return digest

    def _id(self, model: Any) -> int:
        self.last[model] += 1
        return self.last[model]


class Story:
    """One ticket while it is being told."""

    def __init__(self, teller: Teller, pk: int, requester: int, at: datetime) -> None:
        self.teller, self.pk, self.requester, self.at = teller, pk, requester, at
        self.chain, self.seq, self.seal = f"ticket:{pk}", 0, chains.GENESIS
        self.life = life.BLANK
        self.states: list[str] = []
        self.subject, self.salt = "", b""
        self.clock: dict[str, Any] = {}
        self.holding: dict[str, Any] = {}

    def register(self, organisation: int, service: int, text: str) -> None:
        desk, teller = self.teller.world, self.teller
        self.subject, self.salt = f"{text} ({self.pk})", teller.chance.randbytes(16)
        content = teller.content(f"Since this morning {text}. It is the same for my colleagues.")
        message = teller.add(
            Message, ticket_id=self.pk, author_id=self.requester, audience="public", channel="form",
            content_id=content, sent_at=self.at, recorded_at=self.at,
        )  # fmt: skip
        teller.said.append((message, self.pk, f"{self.subject} since this morning"))
        impact = teller.chance.choice((2, 3, 3, 4))
        facts = {
            "kind": "incident", "category_id": None, "impact": impact, "urgency": 3,
            "priority": (2, 3, 4)[impact - 2], "desk_id": desk.desk, "channel": "form", "requester_id": self.requester,
            "registrar_id": self.requester, "organisation_id": organisation, "site_id": None, "service_id": service,
            "subject": digest_of(self.salt, self.subject), "steward_team_id": desk.front, "team_id": desk.front,
            "message": message, "text": content,
        }  # fmt: skip
        self._fact("registered", self.requester, facts)
        self.holding = {"team_id": desk.front, "offered_at": self.at, "offered_by_id": self.requester}
        set_id, due_at = teller.due(self.at, "resolve")
        self.clock = {"openings_id": set_id, "started_at": self.at, "due_at": due_at}

    def take(self, team: int, person: int) -> None:
        self._later(60, 4 * 3600)
        self.holding |= {"person_id": person, "accepted_at": self.at}
        self._fact("taken", person, {"person_id": person, "team_id": team})

    def hand_over(self, team: int, person: int) -> None:
        self._later(60, 8 * 3600)
        why = self.teller.content("Needs somebody who may change the server.")
        self._fact("offered", self.life.assignee_id, {"from": self.life.team_id, "to": team, "why": why})
        offered_at = self.at
        self._later(60, 4 * 3600)
        self._end_holding("handed_over", person)
        self.holding = {"team_id": team, "person_id": person, "offered_at": offered_at, "accepted_at": self.at,
                        "offered_by_id": self.life.assignee_id, "why_id": why}  # fmt: skip
        self._fact("accepted", person, {"team_id": team, "person_id": person, "steward": False})

    def resolve(self) -> None:
        self._later(600, 3 * 86_400)
        how = self.teller.content("Replaced the part and tested it with the requester.")
        self._end_holding("done", self.life.assignee_id)
        self._fact("resolved", self.life.assignee_id, {"how": how, "cause": "hardware"})
        resolved_at = self.at
        state = "missed" if self.clock["due_at"] < resolved_at else "met"
        self.clock |= {"state": state, "ended_at": resolved_at}
        self._later(3600, 4 * 86_400)
        self._fact("closed", None, {"closing": "silence"})

    def end(self) -> None:
        teller, row = self.teller, self.life
        columns = {name: getattr(row, name) for name in life.COLUMNS} | {"subject": self.subject}
        columns["resolution_id"] = columns.pop("resolution") or None
        teller.writers[Ticket].add(id=self.pk, subject_salt=self.salt, **columns)
        if self.holding:
            self._write_holding("", None)
        self._write_clock()
        self._write_figures()
        if row.state != "closed":
            self._write_places()

    def _write_figures(self) -> None:
        row, path = self.life, variants.path_of(self.states)
        self.teller.paths.add(path)
        opened = figures.seconds(row.registered_at or self.at)
        self.teller.writers[Figures].add(
            id=self.pk, desk_id=row.desk_id, channel=row.channel, priority=row.priority, opened=opened,
            closed=figures.seconds(row.closed_at) if row.closed_at else None,
            took=figures.seconds(row.resolved_at) - opened if row.resolved_at else None, waited=0,
            made_sla=self.clock.get("state") == "met", reassignments=row.hand_overs, reopenings=row.reopenings,
            events=self.seq, problem="", has_change=False, team_id=row.team_id, category_id=row.category_id,
            site_id=row.site_id, variant_id=variants.id_of(path),
        )  # fmt: skip

    def _fact(self, kind: str, by_id: int | None, facts: dict[str, Any]) -> None:
        self.seq += 1
        body = chains.body_of(
            chain=self.chain, seq=self.seq, prev=self.seal, kind=kind, by_id=by_id, happened_at=self.at,
            recorded_at=self.at, facts=facts,
        )  # fmt: skip
        self.seal = chains.seal_of(body)
        self.teller.add(
            Entry, chain=self.chain, seq=self.seq, kind=kind, by_id=by_id, happened_at=self.at, recorded_at=self.at,
            body=body, seal=self.seal,
        )  # fmt: skip
        self.life = life.apply(self.life, life.Fact(kind, by_id, self.at, facts))
        self.states.append(str(self.life.state))

    def _later(self, least: int, most: int) -> None:
        self.at = min(self.at + timedelta(seconds=self.teller.chance.randrange(least, most)), world.NOW)

    def _end_holding(self, ending: str, by_id: int | None) -> None:
        self._write_holding(ending, by_id)
        self.holding = {}

    def _write_holding(self, ending: str, by_id: int | None) -> None:
        ended_at = self.at if ending else None
        self.teller.add(
            Holding, ticket_id=self.pk, keeps_control=True, ending=ending, ended_at=ended_at, ended_by_id=by_id,
            **self.holding,
        )  # fmt: skip

    def _write_clock(self) -> None:
        clock = {"state": "running", "next_at": self.clock["due_at"], **self.clock}
        if "ended_at" in clock:
            clock["next_at"] = None
        self.teller.add(
            Clock, ticket_id=self.pk, kind="resolve", agreement_id=self.teller.world.agreement.pk, why="",
            budget_for=timedelta(seconds=world.TARGETS["resolve"]), **clock,
        )  # fmt: skip

    def _write_places(self) -> None:
        row, due_at = self.life, self.clock["due_at"]
        span = max(due_at - (row.registered_at or due_at), timedelta(0))
        stands = ranks.standing(row.state, due_at=due_at, span=span, now=world.NOW)
        parts = [(row.team_id, "carries")]
        if row.steward_team_id != row.team_id:
            parts.append((row.steward_team_id, "answers"))
        for team_id, part in parts:
            self.teller.add(
                QueuePlace, ticket_id=self.pk, desk_id=row.desk_id, team_id=team_id, part=part,
                rank=stands.rank, turns_at=stands.turns_at, span=int(span.total_seconds()), due_at=due_at,
                state=row.state, priority=row.priority,
                service_id=row.service_id, organisation_id=row.organisation_id, assignee_id=row.assignee_id,
                steward_id=row.steward_id,
            )  # fmt: skip
