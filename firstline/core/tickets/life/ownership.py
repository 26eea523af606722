"""Who carries a ticket and who answers for it."""

from __future__ import annotations

from firstline.core.tickets.life.row import Fact, Life, replace
from firstline.core.tickets.life.table import on
from firstline.core.tickets.states import State


@on("taken", "assigned")
def _take(life: Life, fact: Fact) -> Life:
    person = fact.facts["person_id"]
    first = life.steward_id is None and life.team_id == life.steward_team_id
    return replace(
        _at_work(life),
        assignee_id=person,
        steward_id=person if first else life.steward_id,
        taken_at=life.taken_at or fact.at,
    )


@on("steward changed")
def _change_steward(life: Life, fact: Fact) -> Life:
    return replace(life, steward_id=fact.facts["person_id"], steward_team_id=fact.facts["team_id"])


@on("shift accepted")
def _accept_shift(life: Life, fact: Fact) -> Life:
    facts = fact.facts
    after = replace(life, steward_team_id=facts["to"], steward_id=facts["person_id"])
    if not facts["moves"]:
        return after
    return replace(after, team_id=facts["to"], assignee_id=facts["person_id"] if facts["taken"] else None)


@on("offered")
def _offer(life: Life, fact: Fact) -> Life:
    return replace(life, offered_to_id=fact.facts["to"])


@on("declined", "offer lapsed", "offer withdrawn")
def _end_offer(life: Life, fact: Fact) -> Life:
    return replace(life, offered_to_id=None)


@on("put back")
def _put_back(life: Life, fact: Fact) -> Life:
    return replace(life, assignee_id=None)


@on("accepted")
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


@on("returned")
def _return(life: Life, fact: Fact) -> Life:
    return replace(
        life, team_id=life.steward_team_id, assignee_id=life.steward_id, offered_to_id=None,
        hand_overs=life.hand_overs + 1,
    )  # fmt: skip


def _at_work(life: Life) -> Life:
    return replace(life, state=State.OPEN) if life.state == State.NEW else life
