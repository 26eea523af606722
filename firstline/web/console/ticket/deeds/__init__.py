"""The actions on a ticket, one subject a module; each calls one command."""

from __future__ import annotations

from firstline.web.console.ticket.deed import Action
from firstline.web.console.ticket.deeds import (
    classification,
    correspondence,
    incidents,
    instructions,
    ownership,
    participants,
    progress,
    redaction,
    structure,
    tasks,
    worklog,
)

_SUBJECTS = (
    ownership, progress, classification, tasks, participants, correspondence, structure, incidents, instructions,
    worklog, redaction,
)  # fmt: skip
ACTIONS: dict[str, Action] = {action.key: action for subject in _SUBJECTS for action in subject.ACTIONS}
