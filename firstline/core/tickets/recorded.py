"""A ticket's history as another system recorded it, in that system's own labels. Pure: values only."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of a log: what the ticket looked like after it. What is None the row does not say.

    said   the state's name in the log
    state  the category of states it stands for; None leaves the ticket's state as it is
    flags  what no rule of a desk would allow, and yet was so
    """

    at: datetime
    said: str
    state: str | None = None
    by: str | None = None
    requester: str | None = None
    team: str | None = None
    assignee: str | None = None
    category: str | None = None
    site: str | None = None
    impact: int | None = None
    urgency: int | None = None
    priority: int | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """Final values that a log states in every row; `columns` names those it has at all."""

    columns: frozenset[str] = frozenset()
    made_sla: bool | None = None
    reassignments: int | None = None
    reopenings: int | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    problem: str = ""
    change: str = ""
    vendor: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket of a log with all its rows, in the order of the file.

    channel        a channel of ours, at most ten characters; `labels` holds the log's own word
    subject, text  a description made of the log's labels
    labels         the last row's labels: channel, priority, team, category, site
    flags          those of the rows, and those of the case as a whole
    """

    external_id: str
    opened_at: datetime
    happenings: tuple[Happening, ...]
    channel: str = "import"
    registrar: str | None = None
    subject: str = ""
    text: str = ""
    stated: Stated = Stated()
    labels: dict[str, str] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
