"""What each kind of fact does: the table, filled by the modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from firstline.core.tickets.life.row import BLANK, Fact, Life, replace

Change = Callable[[Life, Fact], Life]
APPLY: dict[str, Change] = {}


def apply(life: Life, fact: Fact) -> Life:
    """Return `life` after `fact`; raises KeyError for a kind that is not in APPLY."""
    after = APPLY[fact.kind](life, fact)
    latest = fact.at if life.latest_at is None else max(life.latest_at, fact.at)
    return replace(after, latest_at=latest, latest_by_id=fact.by_id)


def replay(facts: Iterable[Fact]) -> Life:
    """Return the ticket to which `facts`, first to last, lead."""
    life = BLANK
    for fact in facts:
        life = apply(life, fact)
    return life


def on(*kinds: str) -> Callable[[Change], Change]:
    """Let the function below say what facts of these kinds do."""

    def remember(change: Change) -> Change:
        for kind in kinds:
            APPLY[kind] = change
        return change

    return remember
