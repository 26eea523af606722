"""Where a ticket stopped, in one sentence: the same on its page and in lists."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from firstline.core.ownership.stopped import Stopped
from firstline.web import wording


def sentence(stopped: Stopped, now: datetime) -> str:
    """Return it in the language of the page."""
    at = wording.moment(stopped.at, now) if stopped.at else ""
    holder = ", ".join(each for each in (stopped.person, stopped.team) if each)
    named = {
        "team": stopped.team or gettext("no team"), "person": stopped.person, "since": at, "until": at,
        "next": stopped.next, "whom": stopped.next or gettext("a third party"), "holder": holder,
    }  # fmt: skip
    return _words(stopped) % named


def _words(stopped: Stopped) -> str:
    match stopped.how:
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
