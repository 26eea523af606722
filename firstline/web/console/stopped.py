"""Where a ticket stopped, in one sentence: the same on its page and in lists."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from django.utils.translation import get_language, gettext

from firstline.core.ownership.stopped import How, Stopped
from firstline.web import wording


def sentence(stopped: Stopped, now: datetime) -> str:
    """Return it in the language of the page."""
    at = wording.moment(stopped.at, now) if stopped.at else ""
    holder = ", ".join(each for each in (stopped.person, stopped.team) if each)
    words, no_team, third_party = _words(stopped.how, get_language())
    return words % {
        "team": stopped.team or no_team, "person": stopped.person, "since": at, "until": at,
        "next": stopped.next, "whom": stopped.next or third_party, "holder": holder,
    }  # fmt: skip


@cache
def _words(how: How, language: str | None) -> tuple[str, str, str]:
    """Return the sentence, and how no team and a third party are called in it; the same in every line of a list."""
    return _sentence(how), gettext("no team"), gettext("a third party")


def _sentence(how: How) -> str:
    match how:
        case "planned":
            return gettext("Planned for %(until)s, with %(holder)s.")
        case "waits":
            return gettext("Waits for %(whom)s since %(since)s, with %(holder)s.")
        case "lies":
            return gettext("With %(team)s since %(since)s, and nobody there has taken it yet.")
        case "offered":
            return gettext("With %(person)s, %(team)s, since %(since)s, until %(next)s accepts it.")
        case "asked":
            return gettext("With %(person)s, %(team)s, since %(since)s; waits for the task of %(next)s.")
        case "works":
            return gettext("With %(person)s, %(team)s, since %(since)s.")
