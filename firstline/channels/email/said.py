"""What a letter says, as plain values in one language: the same for its text and its HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from firstline.channels.email.addresses import ForRequester


@dataclass(frozen=True)
class Earlier:
    """The beginning of what the reader wrote last, with the words that introduce it."""

    lead: str
    text: str


@dataclass(frozen=True)
class Known:
    """What is known of the ticket, the fact and the reader when a letter is worded.

    by        who did it, by name; the desk's name if nobody did
    text      what was written with the fact, or ""
    level     what a clock has come to, in words, where the fact tells of that
    promises  what is promised now: "first_response", "next_response" or "resolve" -> instant
    pages     addresses for the reader who asked; None for staff
    """

    number: int
    subject: str
    desk: str
    reader: str
    by: str
    zone: ZoneInfo
    console: str
    pages: ForRequester | None
    text: str = ""
    team: str = ""
    person: str = ""
    requester: str = ""
    silent: bool = False
    score: int = 0
    level: str = ""
    files: tuple[str, ...] = ()
    promises: tuple[tuple[str, datetime], ...] = ()
    due_at: datetime | None = None
    earlier: Earlier | None = None


@dataclass(frozen=True)
class Button:
    """A link that looks like a button; the first of a letter is the main one."""

    label: str
    url: str


@dataclass(frozen=True)
class Said:
    """The words of one letter.

    rows   pairs of a label and a value
    stars  addresses for a rating of one to five
    then   what comes next, below all that can be done
    why    why the reader gets this letter
    earlier  what the reader wrote last, at the end
    """

    headline: str
    sentences: tuple[str, ...] = ()
    quote: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    stars: tuple[str, ...] = ()
    then: str = ""
    why: str = ""
    prefix: str = ""
    earlier: Earlier | None = None


Wording = Callable[[Known], Said]


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant in the reader's words and time zone, the zone named."""
    local = at.astimezone(zone)
    said = formats.date_format(local, "l, j E Y, H:i")
    # Days of the week begin with a capital in English, and with a small letter in Russian and Ukrainian.
    said = said if get_language() == "en" else said[:1].lower() + said[1:]
    return f"{said} ({zone.key})"


def promised(known: Known) -> tuple[tuple[str, str], ...]:
    """Return what is promised, as rows."""
    names = {"first_response": _("An answer by"), "next_response": _("An answer by"), "resolve": _("Solved by")}
    return tuple((names[kind], moment(at, known.zone)) for kind, at in known.promises if kind in names)


def files(known: Known) -> tuple[tuple[str, str], ...]:
    """Return the row that names the files sent along, if there are any."""
    return ((_("Files"), ", ".join(known.files)),) if known.files else ()
