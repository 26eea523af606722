"""Where a ticket stands, for its header: who answers, who has it, what it waits for, how long each line had it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext

from firstline.core.insight import passing
from firstline.core.insight.dossier import Dossier
from firstline.core.insight.stages import Stage
from firstline.core.ownership import stopped as where
from firstline.core.ownership.stopped import Known
from firstline.core.tickets.states import State
from firstline.web import naming, wording
from firstline.web.console.stopped import sentence

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
    """Return in one sentence with whom the ticket is since when, and what it waits for: "where it stopped"."""
    found = where.stopped(_known(dossier))
    return _done(dossier) if found is None else sentence(found, dossier.now)


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


def passed(dossier: Dossier) -> str:
    """Return how often it came back to a team that had given it away, and was passed on idle; "" if never."""
    ticket_id = dossier.ticket.pk
    gone = passing.handed(ticket_id, dossier.story)
    fro = passing.to_and_fro(gone).total()
    idle = len(passing.idle(gone, passing.deeds(ticket_id, [(moment.seq, moment) for moment in dossier.story])))
    back = ngettext(
        "It came back to a team that had passed it on: %(n)s time.",
        "It came back to a team that had passed it on: %(n)s times.", fro,
    )  # fmt: skip
    vain = ngettext(
        "Passed on by a team that had done nothing with it: %(n)s time.",
        "Passed on by a team that had done nothing with it: %(n)s times.", idle,
    )  # fmt: skip
    return " ".join(words % {"n": n} for words, n in ((back, fro), (vain, idle)) if n)


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


def _known(dossier: Dossier) -> Known:
    ticket = dossier.ticket
    names = {"team": ticket.team, "person": ticket.assignee, "requester": ticket.requester}
    return Known(
        state=ticket.state, had_since=_since(dossier), waiting_since=ticket.waiting_since,
        planned_until=ticket.planned_until, offered_to=str(ticket.offered_to) if dossier.offer else "",
        asked_team=next((task.team for task in reversed(dossier.tasks) if task.open), ""),
        **{name: str(row) if row else "" for name, row in names.items()},
    )  # fmt: skip


def _since(dossier: Dossier) -> datetime:
    """Return since when the present team has had the ticket without a break."""
    since = dossier.ticket.registered_at
    for stage in reversed(dossier.stages):
        if stage.team_id != dossier.ticket.team_id or stage.part == "done":
            break
        since = stage.began_at
    return since


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
