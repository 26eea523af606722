"""A request becomes a ticket, is sorted anew, rated, redacted; and the facts that leave its row as it is."""

from __future__ import annotations

from firstline.core.tickets.life.row import Fact, Life, replace
from firstline.core.tickets.life.table import on
from firstline.core.tickets.states import State


@on("registered")
def _register(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    named = {name: facts[name] for name in _REGISTERED if name in facts}
    return replace(life, **named, state=State.NEW, registered_at=fact.at)


_REGISTERED = (
    "kind", "channel", "subject", "impact", "urgency", "priority", "imported", "desk_id", "requester_id",
    "registrar_id", "organisation_id", "site_id", "service_id", "category_id", "steward_team_id", "steward_id",
    "team_id",
)  # fmt: skip


@on("reclassified", "prioritised", "requester changed", "retitled")
def _reclassify(life: Life, fact: Fact) -> Life:
    return replace(life, **{name: fact.facts[name] for name in _RECLASSIFIED if name in fact.facts})


_RECLASSIFIED = (
    "kind", "service_id", "category_id", "impact", "urgency", "priority", "requester_id", "organisation_id",
    "site_id", "subject",
)  # fmt: skip


@on("redacted")
def _redact(life: Life, fact: Fact) -> Life:
    """A redacted subject has no digest any more; other texts stand outside the row."""
    return replace(life, subject="") if fact.facts.get("subject") else life


@on("rated")
def _rate(life: Life, fact: Fact) -> Life:
    return replace(life, score=fact.facts["score"])


@on(
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
    "stranger wrote",
    "unproven wrote",
    "auto-reply came",
    "carried over",
    "step ticked",
    "step unticked",
    "imported change",
)
def _leave(life: Life, fact: Fact) -> Life:
    return life
