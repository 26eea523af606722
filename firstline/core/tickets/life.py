"""What each kind of fact does to a ticket: the one definition, for commands, replay, import and seeding.

A fact is an entry of the ticket's chain. `apply` is pure: a ticket as values and a fact in, a ticket as
values out. Replaying a chain from `BLANK` therefore gives the ticket's row; the columns that are not
replayed, with reasons, are listed in docs/adr/0005-journal.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from firstline.core.tickets.states import DONE, WAITING, Closing, State


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened: its kind, who did it (None is the desk), when, and its particulars."""

    kind: str
    by_id: int | None
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Life:
    """A ticket's replayed columns, named as in its row; texts stand as digests."""

    desk_id: int = 0
    kind: str = "incident"
    state: str = State.NEW
    channel: str = ""
    requester_id: int = 0
    registrar_id: int | None = None
    organisation_id: int | None = None
    site_id: int | None = None
    service_id: int | None = None
    category_id: int | None = None
    impact: int = 3
    urgency: int = 3
    priority: int = 3
    subject: str = ""
    steward_team_id: int | None = None
    steward_id: int | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    offered_to_id: int | None = None
    imported: bool = False
    registered_at: datetime | None = None
    taken_at: datetime | None = None
    answered_at: datetime | None = None
    waiting_since: datetime | None = None
    planned_until: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closing: str = ""
    cause: str = ""
    resolution: str = ""
    merged_into_id: int | None = None
    hand_overs: int = 0
    reopenings: int = 0
    score: int | None = None
    latest_at: datetime | None = None
    latest_by_id: int | None = None


COLUMNS = tuple(field.name for field in fields(Life))
_values = attrgetter(*COLUMNS)
BLANK = Life()

Change = Callable[[Life, Fact], Life]
APPLY: dict[str, Change] = {}


def apply(life: Life, fact: Fact) -> Life:
    """Return `life` after `fact`; raises KeyError for a kind that is not in APPLY."""
    after = APPLY[fact.kind](life, fact)
    latest = fact.at if life.latest_at is None else max(life.latest_at, fact.at)
    return replace(after, latest_at=latest, latest_by_id=fact.by_id)


def replace(life: Life, **changes: Any) -> Life:
    """Return `life` with these columns changed; half the price of dataclasses.replace, paid for every fact."""
    return Life(**{**dict(zip(COLUMNS, _values(life), strict=True)), **changes}) if changes else life


def replay(facts: Iterable[Fact]) -> Life:
    """Return the ticket to which `facts`, first to last, lead."""
    life = BLANK
    for fact in facts:
        life = apply(life, fact)
    return life


def _on(*kinds: str) -> Callable[[Change], Change]:
    def remember(change: Change) -> Change:
        for kind in kinds:
            APPLY[kind] = change
        return change

    return remember


@_on(
    "noted",
    "vendor written to",
    "task asked",
    "task finished",
    "task withdrawn",
    "called in",
    "participant added",
    "participant removed",
    "work logged",
    "linked",
    "unlinked",
    "tagged",
    "untagged",
    "split off",
    "absorbed",
    "released",
    "declined offer of task",
    "notice bounced",
    "carried over",
    "step ticked",
    "imported change",
)
def _leave(life: Life, fact: Fact) -> Life:
    return life


@_on("registered")
def _register(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    named = {name: facts[name] for name in _REGISTERED if name in facts}
    return replace(life, **named, state=State.NEW, registered_at=fact.at)


_REGISTERED = (
    "kind", "channel", "subject", "impact", "urgency", "priority", "imported", "desk_id", "requester_id",
    "registrar_id", "organisation_id", "site_id", "service_id", "category_id", "steward_team_id", "steward_id",
    "team_id",
)  # fmt: skip


@_on("taken", "assigned")
def _take(life: Life, fact: Fact) -> Life:
    person = fact.facts["person_id"]
    first = life.steward_id is None and life.team_id == life.steward_team_id
    return replace(
        _at_work(life),
        assignee_id=person,
        steward_id=person if first else life.steward_id,
        taken_at=life.taken_at or fact.at,
    )


@_on("steward changed")
def _change_steward(life: Life, fact: Fact) -> Life:
    return replace(life, steward_id=fact.facts["person_id"], steward_team_id=fact.facts["team_id"])


@_on("offered")
def _offer(life: Life, fact: Fact) -> Life:
    return replace(life, offered_to_id=fact.facts["to"])


@_on("declined", "offer lapsed", "offer withdrawn")
def _end_offer(life: Life, fact: Fact) -> Life:
    return replace(life, offered_to_id=None)


@_on("accepted")
def _accept(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    handed = replace(
        _at_work(life),
        team_id=facts["team_id"],
        assignee_id=facts["person_id"],
        offered_to_id=None,
        hand_overs=life.hand_overs + 1,
        taken_at=life.taken_at or fact.at,
    )
    if facts.get("steward"):
        return replace(handed, steward_team_id=facts["team_id"], steward_id=facts["person_id"])
    return handed


@_on("returned")
def _return(life: Life, fact: Fact) -> Life:
    return replace(
        life, team_id=life.steward_team_id, assignee_id=life.steward_id, offered_to_id=None,
        hand_overs=life.hand_overs + 1,
    )  # fmt: skip


@_on("replied")
def _reply(life: Life, fact: Fact) -> Life:
    return replace(life, answered_at=life.answered_at or fact.at)


@_on("joined")
def _join(life: Life, fact: Fact) -> Life:
    return _awake(life) if fact.facts.get("wakes") else life


@_on("waiting began")
def _wait(life: Life, fact: Fact) -> Life:
    return replace(life, state=fact.facts["state"], waiting_since=fact.at, planned_until=None)


@_on("planned")
def _plan(life: Life, fact: Fact) -> Life:
    until = datetime.fromisoformat(fact.facts["until"])
    return replace(life, state=State.PLANNED, waiting_since=life.waiting_since or fact.at, planned_until=until)


@_on("resumed")
def _resume(life: Life, fact: Fact) -> Life:
    return _awake(life)


@_on("reclassified", "prioritised", "requester changed", "retitled")
def _reclassify(life: Life, fact: Fact) -> Life:
    return replace(life, **{name: fact.facts[name] for name in _RECLASSIFIED if name in fact.facts})


_RECLASSIFIED = (
    "kind", "service_id", "category_id", "impact", "urgency", "priority", "requester_id", "organisation_id",
    "site_id", "subject",
)  # fmt: skip


@_on("resolved")
def _resolve(life: Life, fact: Fact) -> Life:
    return replace(
        life, state=State.RESOLVED, resolved_at=fact.at, cause=fact.facts.get("cause", ""), offered_to_id=None,
        resolution=fact.facts.get("how", ""), waiting_since=None, planned_until=None,
        answered_at=life.answered_at or fact.at,
    )  # fmt: skip


@_on("reopened")
def _reopen(life: Life, fact: Fact) -> Life:
    return replace(
        life, state=State.OPEN if life.taken_at else State.NEW, resolved_at=None, closed_at=None, closing="",
        waiting_since=None, planned_until=None, reopenings=life.reopenings + 1,
    )  # fmt: skip


@_on("confirmed")
def _confirm(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, Closing.CONFIRMED)


@_on("closed")
def _close(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, fact.facts["closing"])


@_on("withdrawn")
def _withdraw(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, Closing.WITHDRAWN)


@_on("merged")
def _merge(life: Life, fact: Fact) -> Life:
    return replace(_closed(life, fact.at, Closing.MERGED), merged_into_id=fact.facts["into"])


@_on("unmerged")
def _unmerge(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    return replace(
        life, state=facts["state"], closing=facts["closing"], merged_into_id=None,
        closed_at=_instant(facts.get("closed_at")), resolved_at=_instant(facts.get("resolved_at")),
        waiting_since=_instant(facts.get("waiting_since")), planned_until=_instant(facts.get("planned_until")),
        offered_to_id=facts.get("offered_to_id"),
    )  # fmt: skip


@_on("redacted")
def _redact(life: Life, fact: Fact) -> Life:
    """A redacted subject has no digest any more; other texts stand outside the row."""
    return replace(life, subject="") if fact.facts.get("subject") else life


@_on("rated")
def _rate(life: Life, fact: Fact) -> Life:
    return replace(life, score=fact.facts["score"])


@_on("imported event")
def _import(life: Life, fact: Fact) -> Life:
    """Another desk's history as it was, even where no rule of ours would lead there."""
    facts = fact.facts
    changed = {name: facts[name] for name in _IMPORTED if name in facts}
    state = changed.get("state", life.state)
    if changed.get("team_id", life.team_id) != life.team_id:
        changed["hand_overs"] = life.hand_overs + 1
    if life.taken_at is None and (changed.get("assignee_id") or state != State.NEW):
        changed["taken_at"] = fact.at
    if state != life.state:
        changed.update(_moved(life, state, fact.at))
    return replace(life, **changed)


_IMPORTED = (
    "state", "requester_id", "site_id", "category_id", "impact", "urgency", "priority", "team_id", "assignee_id",
)  # fmt: skip


def _moved(life: Life, state: str, at: datetime) -> dict[str, Any]:
    """Return what an imported change of state entails."""
    done, was_done = state in DONE, life.state in DONE
    resolved_at = life.resolved_at if was_done else at
    return {
        "waiting_since": at if state in WAITING else None,
        "resolved_at": resolved_at if done else None,
        "closed_at": at if state == State.CLOSED else None,
        "closing": Closing.IMPORTED if state == State.CLOSED else "",
        "reopenings": life.reopenings + (was_done and not done),
    }


def _closed(life: Life, at: datetime, closing: str) -> Life:
    return replace(
        life, state=State.CLOSED, closed_at=at, resolved_at=life.resolved_at or at, closing=closing, waiting_since=None,
        planned_until=None, offered_to_id=None,
    )  # fmt: skip


def _awake(life: Life) -> Life:
    if life.state not in WAITING:
        return life
    return replace(life, state=State.OPEN if life.taken_at else State.NEW, waiting_since=None, planned_until=None)


def _at_work(life: Life) -> Life:
    return replace(life, state=State.OPEN) if life.state == State.NEW else life


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
