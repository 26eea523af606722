"""What another desk told of its tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from firstline.core.tickets.life.row import Fact, Life, replace
from firstline.core.tickets.life.table import on
from firstline.core.tickets.states import DONE, WAITING, Closing, State


@on("imported event")
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
