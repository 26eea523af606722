"""What a clock has come to, in words: so much of its time has passed, or its deadline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

PROMISES: Mapping[str, Promise] = {
    "take": pgettext_lazy("promise", "Take"),
    "first_response": _("First response"),
    "next_response": _("Next response"),
    "resolve": pgettext_lazy("promise", "Resolve"),
    "accept": pgettext_lazy("promise", "Answer to the offer"),
    "work": pgettext_lazy("promise", "Work of the team"),
}


def in_words(facts: Mapping[str, Any]) -> str:
    """Return one sentence on the level that the facts of a warning, a breach or an escalation tell of."""
    named = {"promise": PROMISES.get(facts.get("promise", ""), _("Deadline"))}
    if facts.get("percent"):
        return gettext("%(promise)s: %(percent)s%% of the time has passed") % {**named, "percent": facts["percent"]}
    offset = int(facts.get("offset", 0))
    if offset < 0:
        return gettext("%(promise)s: %(time)s left to the deadline") % {**named, "time": _length(-offset)}
    if offset > 0:
        return gettext("%(promise)s: %(time)s past the deadline") % {**named, "time": _length(offset)}
    return gettext("%(promise)s: the deadline has passed") % named


def _length(seconds: int) -> str:
    if seconds >= 7200 and seconds % 3600 == 0:
        return gettext("%(n)s h") % {"n": seconds // 3600}
    return gettext("%(n)s min") % {"n": max(1, seconds // 60)}
