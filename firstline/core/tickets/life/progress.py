"""A ticket is answered, waits, is resolved, closed, reopened, merged."""

from __future__ import annotations

from datetime import datetime

from firstline.core.tickets.life.row import Fact, Life, replace
from firstline.core.tickets.life.table import on
from firstline.core.tickets.states import WAITING, Closing, State


@on("replied")
def _reply(life: Life, fact: Fact) -> Life:
    return replace(life, answered_at=life.answered_at or fact.at)


@on("reply withdrawn")
def _take_back(life: Life, fact: Fact) -> Life:
    return replace(life, answered_at=_instant(fact.facts.get("answered_at")))


@on("joined", "vendor wrote")
def _join(life: Life, fact: Fact) -> Life:
    return _awake(life) if fact.facts.get("wakes") else life


@on("waiting began")
def _wait(life: Life, fact: Fact) -> Life:
    return replace(life, state=fact.facts["state"], waiting_since=fact.at, planned_until=None)


@on("planned")
def _plan(life: Life, fact: Fact) -> Life:
    until = datetime.fromisoformat(fact.facts["until"])
    return replace(life, state=State.PLANNED, waiting_since=life.waiting_since or fact.at, planned_until=until)


@on("resumed")
def _resume(life: Life, fact: Fact) -> Life:
    return _awake(life)


@on("resolved")
def _resolve(life: Life, fact: Fact) -> Life:
    return replace(
        life, state=State.RESOLVED, resolved_at=fact.at, cause=fact.facts.get("cause", ""), offered_to_id=None,
        resolution=fact.facts.get("how", ""), waiting_since=None, planned_until=None,
        answered_at=life.answered_at or fact.at,
    )  # fmt: skip


@on("resolution withdrawn")
def _take_resolution_back(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    return replace(
        life, state=State.OPEN if life.taken_at else State.NEW, resolved_at=None, cause=facts["cause"],
        resolution=facts["resolution"], answered_at=_instant(facts["answered_at"]),
    )  # fmt: skip


@on("reopened")
def _reopen(life: Life, fact: Fact) -> Life:
    return replace(
        life, state=State.OPEN if life.taken_at else State.NEW, resolved_at=None, closed_at=None, closing="",
        waiting_since=None, planned_until=None, reopenings=life.reopenings + 1,
    )  # fmt: skip


@on("confirmed")
def _confirm(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, Closing.CONFIRMED)


@on("closed")
def _close(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, fact.facts["closing"])


@on("withdrawn")
def _withdraw(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, Closing.WITHDRAWN)


@on("marked as spam")
def _take_for_spam(life: Life, fact: Fact) -> Life:
    return _closed(life, fact.at, Closing.SPAM)


@on("unmarked as spam")
def _take_for_a_request(life: Life, fact: Fact) -> Life:
    return replace(life, state=State.OPEN if life.taken_at else State.NEW, resolved_at=None, closed_at=None, closing="")


@on("merged")
def _merge(life: Life, fact: Fact) -> Life:
    return replace(_closed(life, fact.at, Closing.MERGED), merged_into_id=fact.facts["into"])


@on("unmerged")
def _unmerge(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    return replace(
        life, state=facts["state"], closing=facts["closing"], merged_into_id=None,
        closed_at=_instant(facts.get("closed_at")), resolved_at=_instant(facts.get("resolved_at")),
        waiting_since=_instant(facts.get("waiting_since")), planned_until=_instant(facts.get("planned_until")),
        offered_to_id=facts.get("offered_to_id"),
    )  # fmt: skip


def _closed(life: Life, at: datetime, closing: str) -> Life:
    return replace(
        life, state=State.CLOSED, closed_at=at, resolved_at=life.resolved_at or at, closing=closing, waiting_since=None,
        planned_until=None, offered_to_id=None,
    )  # fmt: skip


def _awake(life: Life) -> Life:
    if life.state not in WAITING:
        return life
    return replace(life, state=State.OPEN if life.taken_at else State.NEW, waiting_since=None, planned_until=None)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
