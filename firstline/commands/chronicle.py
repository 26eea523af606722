"""One recorded case as the rows it becomes: folded by `life.apply` in memory, nothing written here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from firstline.commands import places
from firstline.commands.figures import seconds
from firstline.commands.labels import NOBODY_NAMED, Labels
from firstline.core.insight import variants
from firstline.core.insight.models import Figures
from firstline.core.journal import chain as chains
from firstline.core.journal import contents
from firstline.core.journal.models import Content
from firstline.core.ownership.models import Holding, QueuePlace
from firstline.core.sla.models import Pause
from firstline.core.tickets import life
from firstline.core.tickets.life import Fact, Life
from firstline.core.tickets.models import Message, Reported, Ticket
from firstline.core.tickets.recorded import Case, Happening
from firstline.core.tickets.states import DONE, WAITING, Audience, State, priority_of

Ending = Holding.Ending
ENTRY = ("chain", "seq", "kind", "by_id", "happened_at", "recorded_at", "body", "seal")


@dataclass
class Tale:
    """A case, its facts with the life after each, and the unsaved rows that follow from them."""

    case: Case
    facts: list[Fact]
    lives: list[Life]
    ticket: Ticket
    content: Content
    path: tuple[str, ...]
    message_id: int = 0

    def message(self, envelope_id: int | None, now: datetime) -> Message:
        """Return the ticket's first message: the description made of the log's labels."""
        ticket = self.ticket
        return Message(
            id=self.message_id, ticket=ticket, author_id=ticket.requester_id, audience=Audience.PUBLIC,
            channel=ticket.channel, content=self.content, sent_at=ticket.registered_at, recorded_at=now,
            envelope_id=envelope_id,
        )  # fmt: skip

    def entries(self, now: datetime) -> Iterator[tuple[Any, ...]]:
        """Yield the ticket's whole chain, sealed, as values of ENTRY; its id and its message's must be known."""
        first = self.facts[0]
        facts = {**first.facts, "message": self.message_id, "text": self.content.digest}
        self.facts[0] = Fact(first.kind, first.by_id, first.at, facts)
        chain, prev = self.ticket.chain, chains.GENESIS
        for seq, fact in enumerate(self.facts, start=1):
            body = chains.body_of(
                chain=chain, seq=seq, prev=prev, kind=fact.kind, by_id=fact.by_id, happened_at=fact.at,
                recorded_at=now, facts=fact.facts,
            )  # fmt: skip
            prev = chains.seal_of(body)
            yield chain, seq, fact.kind, fact.by_id, fact.at, now, body, prev

    def holdings(self) -> Iterator[Holding]:
        """Yield the stretches in which a team carried the ticket, in the order of the file."""
        held: Holding | None = None
        for fact, after in zip(self.facts, self.lives, strict=True):
            team_id = None if after.state in DONE else after.team_id
            if held and held.team_id != team_id:
                held.ended_at, held.ended_by_id = max(fact.at, held.offered_at), fact.by_id
                held.ending = Ending.HANDED_OVER if team_id else Ending.DONE
                yield held
                held = None
            if held is None and team_id:
                held = Holding(ticket=self.ticket, team_id=team_id, offered_at=fact.at, offered_by_id=fact.by_id)
            if held:
                held.person_id = after.assignee_id or held.person_id
                if after.taken_at and held.accepted_at is None:
                    held.accepted_at = max(fact.at, held.offered_at)
        if held:
            yield held

    def pauses(self) -> Iterator[Pause]:
        """Yield the stretches in which the ticket waited for somebody."""
        pause: Pause | None = None
        for fact, after in zip(self.facts, self.lives, strict=True):
            state = after.state if after.state in WAITING else None
            if pause and pause.state != state:
                pause.ended_at = max(fact.at, pause.began_at)
                yield pause
                pause = None
            if state and pause is None:
                pause = Pause(ticket=self.ticket, state=str(state), began_at=fact.at)
        if pause:
            yield pause

    def places(self) -> list[QueuePlace]:
        """Return the ticket's places in the queue; none where it is done."""
        return places.of_imported(self.ticket)

    def reported(self, source: str) -> Reported:
        """Return what the log itself states of the ticket."""
        case, stated = self.case, self.case.stated
        return Reported(
            ticket=self.ticket, source=source, external_id=case.external_id, events=len(case.happenings),
            made_sla=stated.made_sla, reassignments=stated.reassignments, reopenings=stated.reopenings,
            opened_at=case.opened_at, resolved_at=stated.resolved_at, closed_at=stated.closed_at,
            problem=stated.problem, change=stated.change, vendor=stated.vendor, labels=case.labels,
            flags=list(case.flags),
        )  # fmt: skip

    def figures(self, labels: Labels) -> Figures:
        """Return what reports count: reported where the log states it, observed where it does not."""
        case, stated, end, last = self.case, self.case.stated, self.lives[-1], self.case.happenings[-1]
        resolved_at = stated.resolved_at if "resolved_at" in stated.columns else end.resolved_at
        closed_at = stated.closed_at if "closed_at" in stated.columns else end.closed_at
        opened = seconds(case.opened_at)
        return Figures(
            id=self.ticket.pk, desk_id=labels.desk.pk, channel=case.labels.get("channel", "?")[:60],
            priority=last.priority or end.priority, opened=opened,
            closed=seconds(closed_at) if closed_at else None,
            took=seconds(resolved_at) - opened if resolved_at else None,
            waited=sum(_waits(case)), made_sla=bool(stated.made_sla),
            reassignments=_stated(stated.reassignments, end.hand_overs),
            reopenings=_stated(stated.reopenings, end.reopenings), events=len(case.happenings),
            problem=stated.problem, has_change=bool(stated.change), team_id=labels.team(last.team),
            category_id=labels.categories[last.category] if last.category else None,
            site_id=labels.sites[last.site] if last.site else None, variant_id=variants.id_of(self.path),
        )  # fmt: skip


def told(case: Case, labels: Labels) -> Tale:
    """Return the tale of a case: its facts folded, and the ticket's row as they leave it."""
    salt = contents.salt()
    facts = [_registered(case, labels, contents.digest_of(salt, case.subject))]
    lives = [life.apply(life.BLANK, facts[0])]
    for happening in case.happenings:
        fact = Fact("imported event", labels.person(happening.by), happening.at, _changes(happening, lives[-1], labels))
        facts.append(fact)
        lives.append(life.apply(lives[-1], fact))
    columns = {name: getattr(lives[-1], name) for name in life.COLUMNS if name != "resolution"}
    ticket = Ticket(**{**columns, "subject": case.subject, "subject_salt": salt})
    path = variants.path_of([happening.said for happening in case.happenings])
    return Tale(case, facts, lives, ticket, contents.sealed(case.text or case.subject), path)


def _registered(case: Case, labels: Labels, subject: str) -> Fact:
    first = case.happenings[0]
    impact, urgency = first.impact or 3, first.urgency or 3
    registrar_id = labels.person(case.registrar)
    facts: dict[str, Any] = {
        "kind": "incident",
        "channel": case.channel,
        "subject": subject,
        "imported": True,
        "source": labels.source,
        "external_id": case.external_id,
        "desk_id": labels.desk.pk,
        "requester_id": labels.persons[first.requester or NOBODY_NAMED],
        "registrar_id": registrar_id,
        "impact": impact,
        "urgency": urgency,
        "priority": first.priority or priority_of(impact, urgency),
        "category_id": labels.categories[first.category] if first.category else None,
        "site_id": labels.sites[first.site] if first.site else None,
        "steward_team_id": labels.front_id,
        "team_id": labels.team(first.team) or labels.front_id,
    }
    return Fact("registered", registrar_id, case.opened_at, facts)


def _changes(row: Happening, before: Life, labels: Labels) -> dict[str, Any]:
    """Return what the row says that was not so before; what it does not say stays."""
    said: dict[str, Any] = {
        "state": row.state,
        "requester_id": labels.person(row.requester),
        "team_id": labels.team(row.team),
        "assignee_id": labels.person(row.assignee),
        "category_id": labels.categories[row.category] if row.category else None,
        "site_id": labels.sites[row.site] if row.site else None,
        "impact": row.impact,
        "urgency": row.urgency,
        "priority": row.priority,
    }
    changed = {name: value for name, value in said.items() if value is not None and value != getattr(before, name)}
    changed["said"] = row.said
    if row.flags:
        changed["flags"] = list(row.flags)
    return changed


def _waits(case: Case) -> Iterator[int]:
    """Yield the seconds between two rows of which the first waits on the requester, where time moves forward."""
    for row, following in pairwise(case.happenings):
        if row.state == State.WAITING_REQUESTER:
            yield max(0, seconds(following.at) - seconds(row.at))


def _stated(count: int | None, observed: int) -> int:
    return observed if count is None else count
