"""Tells stories: plays what happened to each demo ticket through the commands, in the order of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from firstline.cli.demo.stage import Stage
from firstline.commands import (
    classification,
    conversation,
    instructions,
    intake,
    ownership,
    participants,
    progress,
    ratings,
    registration,
    structure,
    tasks,
    worklog,
)
from firstline.commands.incidents import children, majors, statuses
from firstline.core.incidents import queries
from firstline.core.instructions.queries import followed
from firstline.core.intake.models import Envelope
from firstline.core.ownership.models import Task
from firstline.core.people.rights import scope_of
from firstline.core.tickets.models import Ticket
from firstline.core.tickets.states import Closing, State

_ZONE = ZoneInfo("Europe/Kyiv")
# A step: minutes after registration, what is done, by whom, and its words or particulars.
Step = tuple[Any, ...]


@dataclass(frozen=True)
class Story:
    """One ticket: who asked for what and when, and what happened then.

    when      ("past", working days ago, "HH:MM") or ("ago", minutes)
    by        who typed it in, where it was not the requester
    """

    key: str
    asked: str
    when: tuple[Any, ...]
    service: str | None
    text: str
    steps: tuple[Step, ...] = ()
    subject: str = ""
    channel: str = "form"
    by: str | None = None
    answers: Mapping[str, Any] | None = None
    impact: int | None = None
    urgency: int | None = None


def tell(stage: Stage, stories: tuple[Story, ...]) -> None:
    """Play all stories as one course of time; what would lie ahead of the stage's now is left out."""
    acts: list[tuple[datetime, int, Story, Step | None]] = []
    for place, story in enumerate(stories):
        begin = began_at(story, stage.now)
        acts.append((begin, place, story, None))
        acts += [(begin + timedelta(minutes=step[0]), place, story, step) for step in story.steps]
    for at, _place, story, step in sorted(acts, key=lambda act: (act[0], act[1], act[3][0] if act[3] else -1)):
        if at >= stage.now:
            continue
        if step is None:
            _register(stage, story, at)
        else:
            _STEPS[step[1]](_Act(stage, stage.tickets[story.key], stage.people[step[2]], at), *step[3:])


def began_at(story: Story, now: datetime) -> datetime:
    """Return when the story's ticket was registered."""
    if story.when[0] == "ago":
        return now - timedelta(minutes=story.when[1])
    _past, days, clock = story.when
    local = now.astimezone(_ZONE)
    while days > 0:
        local -= timedelta(days=1)
        days -= local.weekday() < 5
    hour, minute = clock.split(":")
    return local.replace(hour=int(hour), minute=int(minute), second=17, microsecond=0).astimezone(now.tzinfo)


@dataclass(frozen=True)
class _Act:
    """Who does something to which ticket, and when: what every command wants."""

    stage: Stage
    ticket_id: int
    by_id: int
    now: datetime

    def __call__(self, command: Callable[..., Any], **particulars: Any) -> None:
        command(ticket_id=self.ticket_id, by_id=self.by_id, now=self.now, **particulars)


def _register(stage: Stage, story: Story, at: datetime) -> None:
    asked, typed = stage.people[story.asked], stage.people[story.by or story.asked]
    request = registration.Request(
        desk_id=stage.desk_id, requester_id=asked, text=story.text, subject=story.subject, channel=story.channel,
        service_id=stage.services[story.service] if story.service else None, answers=story.answers,
        impact=story.impact, urgency=story.urgency,
    )  # fmt: skip

    def settle(envelope: Envelope) -> intake.Settled:
        ticket = registration.register(request=request, by_id=typed, now=at, envelope_id=envelope.pk)
        stage.tickets[story.key] = ticket.pk
        return intake.Settled(Envelope.Outcome.REGISTERED, ticket_id=ticket.pk)

    intake.receive(
        channel=story.channel, source_id=f"demo:{story.key}", raw=story.text.encode(), person_id=asked, now=at,
        settle=settle, desk_id=stage.desk_id,
    )  # fmt: skip


def _join(act: _Act, text: str) -> None:
    act(conversation.join, text=text)


def _ask_task(act: _Act, team: str, what: str) -> None:
    act(tasks.ask_task, team_id=act.stage.teams[team], what=what)


def _finish_task(act: _Act, result: str) -> None:
    asked = Task.objects.filter(team_id__in=scope_of(act.by_id).teams, finished_at=None, withdrawn_at=None)
    task = asked.filter(ticket_id=act.ticket_id).latest("id")
    tasks.finish_task(task_id=task.pk, by_id=act.by_id, result=result, now=act.now)


def _plan(act: _Act, hours: float, why: str) -> None:
    act(progress.plan, until=max(act.now, act.stage.now) + timedelta(hours=hours), why=why)


def _work(act: _Act, minutes: int, note: str) -> None:
    spent = timedelta(minutes=minutes)
    act(worklog.log_work, began_at=act.now - spent, spent_for=spent, note=note)


def _status(act: _Act, texts: Mapping[str, str]) -> None:
    major = _major(act)
    number = statuses.tell_status(major_id=major, by_id=act.by_id, texts=texts, now=act.now)
    for child in queries.children(act.ticket_id):
        statuses.tell_child(major_id=major, number=number, child_id=child.pk, by_id=act.by_id, now=act.now)


def _part(act: _Act, story: str) -> None:
    children.adopt(major_id=_major(act), child_id=act.stage.tickets[story], by_id=act.by_id, now=act.now)


def _followed(act: _Act) -> int:
    version = followed(Ticket.objects.get(pk=act.ticket_id), act.now)
    return version.pk if version else 0


def _major(act: _Act) -> int:
    return queries.running().get(ticket_id=act.ticket_id).pk


def _silence(act: _Act) -> None:
    progress.close(ticket_id=act.ticket_id, by_id=None, closing=Closing.SILENCE, now=act.now)


_STEPS: dict[str, Callable[..., None]] = {
    "take": lambda act: act(ownership.take),
    "reply": lambda act, text: act(conversation.reply, text=text),
    "note": lambda act, text: act(conversation.note, text=text),
    "join": _join,
    "hand over": lambda act, team, why: act(ownership.hand_over, to_team_id=act.stage.teams[team], why=why),
    "accept": lambda act: act(ownership.accept),
    "decline": lambda act, why: act(ownership.decline, why=why),
    "return": lambda act, findings: act(ownership.return_, findings=findings),
    "call in": lambda act, who, why: act(ownership.call_in, person_id=act.stage.people[who], why=why),
    "ask": _ask_task,
    "finish": _finish_task,
    "wait": lambda act, why: act(progress.wait, on=State.WAITING_REQUESTER, why=why),
    "wait for third party": lambda act, why: act(progress.wait, on=State.WAITING_THIRD_PARTY, why=why),
    "plan": _plan,
    "resume": lambda act: act(progress.resume),
    "resolve": lambda act, how, cause="": act(progress.resolve, how=how, cause=cause),
    "confirm": lambda act: act(progress.confirm),
    "still broken": lambda act, why: act(progress.reopen, why=why),
    "silence": _silence,
    "withdraw": lambda act, why: act(progress.withdraw, why=why),
    "rate": lambda act, score, comment="": act(ratings.rate, score=score, comment=comment),
    "merge": lambda act, into: act(structure.merge, into_id=act.stage.tickets[into]),
    "link": lambda act, other, kind: act(structure.link, other_id=act.stage.tickets[other], kind=kind),
    "tick": lambda act, step: act(instructions.tick_step, instruction_id=_followed(act), step=step),
    "major": lambda act, headline: act(majors.declare_major, headline=headline),
    "status": _status,
    "part": _part,
    "follow": lambda act, who: act(participants.add_participant, person_id=act.stage.people[who]),
    "work": _work,
    "priority": lambda act, impact, urgency, why: act(
        classification.set_priority, impact=impact, urgency=urgency, why=why
    ),
}
