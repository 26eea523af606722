"""Where a ticket stands, for its header: who answers, who has it, what it waits for, how long each line had it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext

from firstline.core.insight.dossier import Dossier
from firstline.core.insight.stages import Stage
from firstline.core.tickets.states import DONE, State
from firstline.web import naming, wording

WIDEST = 12


@dataclass(frozen=True)
class Bar:
    """One stretch of the stage bar: whose, what part, how long, and its width out of WIDEST."""

    team: str
    line: int
    word: Promise | str
    part: str
    lasted: str
    working: str
    title: str
    share: int
    current: bool


@dataclass(frozen=True)
class LineShare:
    """How long one team had the ticket in all."""

    team: str
    line: int
    line_name: Promise | str
    lasted: str
    working: str
    waited: str
    current: bool


def stopped(dossier: Dossier) -> str:
    """Return in one sentence with whom the ticket is, and what it waits for: "where it stopped"."""
    ticket = dossier.ticket
    team, person = ticket.team, ticket.assignee
    if ticket.state in DONE:
        return _done(dossier)
    if dossier.offer is not None:
        return gettext("%(team)s has not answered the offer yet; until then it stays with %(holder)s.") % {
            "team": ticket.offered_to, "holder": person or team,
        }  # fmt: skip
    if ticket.state in naming.STATES and ticket.state not in (State.NEW, State.OPEN):
        return _waiting(dossier)
    open_tasks = [task for task in dossier.tasks if task.open]
    if open_tasks:
        return gettext("%(who)s has it, and waits for the task of %(team)s.") % {
            "who": person or team, "team": open_tasks[-1].team,
        }  # fmt: skip
    if person is None:
        return gettext("Nobody of %(team)s has taken it yet.") % {"team": team or gettext("any team")}
    return gettext("%(person)s of %(team)s works on it.") % {"person": person, "team": team}


def held_for(dossier: Dossier) -> timedelta:
    """Return how long the present team has had the ticket without a break."""
    total = timedelta(0)
    for stage in reversed(dossier.stages):
        if stage.team_id != dossier.ticket.team_id or stage.part == "done":
            break
        total += stage.lasted_for
    return total


def held_words(dossier: Dossier) -> str:
    """Return "for 25 min", how long the present team has had it; "" where nobody has."""
    ticket = dossier.ticket
    if ticket.team is None or ticket.taken_at is None or ticket.state in DONE:
        return ""
    return gettext("for %(time)s") % {"time": wording.span(held_for(dossier))}


def bars(dossier: Dossier) -> list[Bar]:
    """Return the stage bar: every stretch, the widest the longest; neighbours too short to see stay visible."""
    joined = _joined([stage for stage in dossier.stages if stage.part != "done"])
    longest = max((stage.lasted_for for stage in joined), default=timedelta(0)) or timedelta(seconds=1)
    return [_bar(stage, longest, dossier) for stage in joined]


def lines(dossier: Dossier) -> list[LineShare]:
    """Return each team's time in all, wall and working."""
    found = []
    for share in dossier.shares:
        team, line = dossier.teams.get(share.team_id, ("", 0))
        working = wording.span(share.working_for) if share.working_for is not None else ""
        waited = wording.span(share.waited_for) if share.waited_for else ""
        name = naming.LINES.get(line, "")
        found.append(LineShare(team, line, name, wording.span(share.lasted_for), working, waited, share.current))
    return found


def _joined(stages: list[Stage]) -> list[Stage]:
    """Join what differs by person only: the bar shows teams and waits."""
    found: list[Stage] = []
    for stage in stages:
        last = found[-1] if found else None
        if last and (last.team_id, last.part) == (stage.team_id, stage.part) and last.ended_at == stage.began_at:
            working = None
            if last.working_for is not None and stage.working_for is not None:
                working = last.working_for + stage.working_for
            found[-1] = Stage(
                stage.team_id, stage.person_id, stage.part, stage.state, last.began_at, stage.ended_at,
                last.lasted_for + stage.lasted_for, working,
            )  # fmt: skip
        else:
            found.append(stage)
    return found


def _bar(stage: Stage, longest: timedelta, dossier: Dossier) -> Bar:
    team, line = dossier.teams.get(stage.team_id or 0, ("", 0))
    words: dict[str, Promise | str] = {"lies": gettext("not taken"), "waits": naming.STATES[stage.state].word}
    lasted = wording.span(stage.lasted_for)
    working = wording.span(stage.working_for) if stage.working_for is not None else ""
    parts = {"waits": "waiting", "lies": "offered"}
    return Bar(
        team=team, line=line, word=words.get(stage.part, ""), part=parts.get(stage.part, ""),
        lasted=lasted, working=working, title=wording.instant(stage.began_at),
        share=max(1, round(WIDEST * (stage.lasted_for / longest))), current=stage.ended_at is None,
    )  # fmt: skip


def _waiting(dossier: Dossier) -> str:
    ticket = dossier.ticket
    since = wording.moment(ticket.waiting_since, dossier.now) if ticket.waiting_since else ""
    if ticket.state == State.PLANNED and ticket.planned_until:
        until = wording.moment(ticket.planned_until, dossier.now)
        return gettext("It is planned for %(until)s, with %(team)s.") % {"until": until, "team": ticket.team}
    whom = ticket.requester if ticket.state == State.WAITING_REQUESTER else gettext("a third party")
    return gettext("It waits for %(whom)s since %(since)s, with %(team)s.") % {
        "whom": whom, "since": since, "team": ticket.team,
    }  # fmt: skip


def _done(dossier: Dossier) -> str:
    ticket = dossier.ticket
    if ticket.merged_into:
        return gettext("It is part of %(number)s now.") % {"number": ticket.merged_into.number}
    if ticket.state == State.CLOSED and ticket.closed_at:
        return gettext("It was closed %(when)s.") % {"when": wording.moment(ticket.closed_at, dossier.now)}
    if ticket.close_due_at:
        return gettext("It is solved; without an answer of %(whom)s it closes %(when)s.") % {
            "whom": ticket.requester, "when": wording.moment(ticket.close_due_at, dossier.now),
        }  # fmt: skip
    return gettext("It is solved; %(whom)s has not confirmed yet.") % {"whom": ticket.requester}
