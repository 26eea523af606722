"""On which terms a team is offered a ticket: what it asks of who hands over, and when an offer lapses."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation

from firstline.commands import conversation
from firstline.commands.conversation import File
from firstline.commands.turn import Turn
from firstline.core.duty import queries as duty
from firstline.core.journal import canonical, contents
from firstline.core.journal.chain import instant
from firstline.core.journal.models import Content
from firstline.core.kernel.refusals import _
from firstline.core.ownership.models import Holding
from firstline.core.people.models import Team
from firstline.core.services import forms
from firstline.core.sla import queries as sla
from firstline.core.sla import workclock
from firstline.core.sla.openings import NeverDue


@dataclass(frozen=True)
class Terms:
    """What was filled in for the receiving team, with its labels, and when the offer lapses if nobody answers.

    files   those it asked for, in the order of its fields
    """

    filled: Sequence[Mapping[str, Any]]
    lapses_at: datetime | None
    files: Sequence[File] = ()


def terms(team: Team, filled: Mapping[str, Any] | None, at: datetime, files: Mapping[str, File] | None = None) -> Terms:
    """Return the terms of an offer made now; raises BadInput naming the field that is missing or wrong.

    files   by field; one that is not asked for is left out
    """
    practice = duty.practice_of(team.pk)
    wanted = [field["key"] for field in practice.asks if field["type"] == "file"]
    sent = {key: file for key, file in (files or {}).items() if key in wanted}
    for key, file in sent.items():
        conversation.must_fit(file, field=key)
    # A name without its file is no answer.
    given = {key: value for key, value in (filled or {}).items() if key not in wanted}
    answers = forms.checked_answers(practice.asks, given | {key: file.name[:300] for key, file in sent.items()})
    shown = [
        {"label": field["label"], "value": _value(field, answers[field["key"]])}
        for field in practice.asks
        if field["key"] in answers
    ]
    asked = [sent[key] for key in wanted if key in sent and key in answers]
    return Terms(shown, _lapses_at(team, practice.lapse_for, at), asked)


def lay_before(turn: Turn, team: Team, files: Sequence[File]) -> None:
    """Attach the files that the receiving team asked for to the ticket, for colleagues only."""
    if files and turn.by_id is not None:
        with translation.override(turn.ticket.desk.languages[0]):
            said = str(_("For %(team)s: %(files)s"))
        said %= {"team": team.name, "files": ", ".join(file.name for file in files)}
        conversation.note_within(turn, text=said, author_id=turn.by_id, files=files)


def kept(of: Terms) -> Content | None:
    """Keep what was filled in beside the journal."""
    return contents.keep(canonical.encode({"filled": list(of.filled)}).decode()) if of.filled else None


def told(offer: Holding) -> dict[str, str]:
    """Return what the entry of an offer says of its terms."""
    found = {"filled": offer.facts.digest} if offer.facts else {}
    return found | ({"lapses": instant(offer.lapses_at)} if offer.lapses_at else {})


def read(text: str) -> list[dict[str, Any]]:
    """Return what was filled in, as it was kept: label by language, value."""
    found: list[dict[str, Any]] = json.loads(text)["filled"]
    return found


def _value(field: Mapping[str, Any], answer: Any) -> Any:
    """Return an answer as it is read: the label of a choice, by language, not its code."""
    labels = {str(choice["value"]): choice["label"] for choice in field.get("choices", ())}
    if isinstance(answer, list):
        return [labels.get(each, each) for each in answer]
    return labels.get(answer, answer) if isinstance(answer, str) else answer


def _lapses_at(team: Team, lapse_for: timedelta | None, at: datetime) -> datetime | None:
    """Return when an offer lapses: in the desk's working time, so that no evening eats it up."""
    if lapse_for is None:
        return None
    calendar = sla.main_calendar(team.desk_id)
    if calendar is None:
        return at + lapse_for
    try:
        return workclock.due_at(at, lapse_for, calendar)
    except NeverDue:
        return at + lapse_for
