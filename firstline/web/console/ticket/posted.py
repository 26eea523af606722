"""What became of the letters about a message: in a word, with its tone; and whether it can still be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from firstline.core.insight.beside import Row
from firstline.core.insight.timeline import Moment

# What is looked through for what was said a few seconds ago.
_LATEST = 20
# The worst first: of several letters it is what somebody has to know.
STANDINGS: Mapping[str, tuple[Promise, str, str]] = {
    "refused": (_("Not taken by the mail server"), "late", "mail-x"),
    "bounced": (_("Came back"), "late", "mail-x"),
    "delayed": (_("Waits for the mail server"), "soon", "hourglass"),
    "queued": (_("On its way"), "", "clock"),
    "withdrawn": (_("Not sent"), "", "undo-2"),
    "sent": (_("Sent"), "", "mail-check"),
}
# Reason classes of a report that mail did not arrive, as people say them.
REASONS: Mapping[str, Promise] = {
    "userunknown": _("there is no such address"),
    "hostunknown": _("there is no such domain"),
    "mailboxfull": _("the mailbox is full"),
    "suspend": _("the mailbox is closed"),
    "spamdetected": _("it was taken for spam"),
    "blocked": _("our server is not let in"),
    "mesgtoobig": _("it was too large"),
    "expired": _("it could not be delivered in time"),
    "rejected": _("its server refused it"),
    "filtered": _("a filter there refused it"),
    "hasmoved": _("the address has moved"),
    "unknown": _("the reason was not told"),
    "taken back": _("taken back"),
}


@dataclass(frozen=True)
class Posted:
    """The letters about one entry: what became of the worst off, and of each by its reader's name."""

    word: Promise
    tone: str
    icon: str
    each: str


def posted(letters: Iterable[Row]) -> dict[int, Posted]:
    """Return what became of letters, by the entry they tell of."""
    found: dict[int, list[Row]] = {}
    for letter in letters:
        found.setdefault(letter.other, []).append(letter)
    return {entry: _posted(about) for entry, about in found.items()}


def may_be_taken_back(story: Sequence[Moment], reader_id: int, now: datetime) -> set[int]:
    """Return the numbers of what this reader may still take back, replies or a solution; the command asks again."""
    since = now - timedelta(seconds=settings.UNDO_SECONDS)
    late = [moment for moment in story[-_LATEST:] if moment.recorded_at > since]
    gone = {moment.facts["of"] for moment in late if moment.kind == "resolution withdrawn"}
    own = [moment for moment in late if moment.by_id == reader_id and moment.seq not in gone]
    return {moment.seq for moment in own if _said(moment) or _solved(moment)}


def _said(moment: Moment) -> bool:
    return moment.kind == "replied" and moment.message is not None and not moment.message.withdrawn_at


def _solved(moment: Moment) -> bool:
    return moment.kind == "resolved" and "major" not in moment.facts


def _posted(letters: Sequence[Row]) -> Posted:
    became = [(letter.words, *letter.more.split(" ", 1)) for letter in letters]
    worst = min((standing for _who, standing, _trouble in became), key=list(STANDINGS).index)
    each = (f"{who}: {_in_words(standing, trouble)}" for who, standing, trouble in became)
    return Posted(*STANDINGS[worst], "; ".join(each))


def _in_words(standing: str, trouble: str) -> str:
    detail = f" ({REASONS.get(trouble, trouble)})" if trouble and standing != "sent" else ""
    return f"{STANDINGS[standing][0]}{detail}"
