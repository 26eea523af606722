"""When alike tickets come far more often than usual: plain counting of rates and words. Pure.

Tickets are alike if they share a service, a category or a site, and a word of their subjects. They are a burst if so
many in so short a time would come by chance less than once in a thousand times, at the usual rate.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=30)
LEAST = 5
# As many days before are looked at for what is usual, at the same time of day.
DAYS = 28
# A burst that nobody decided on and that has stopped is passed by.
PASSED_BY_AFTER = timedelta(hours=2)
_TIMES, _CHANCE = 3, 0.001
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Came:
    """A ticket that came lately: what it is about, and its subject."""

    ticket_id: int
    service_id: int | None
    category_id: int | None
    site_id: int | None
    subject: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Tickets, first come first, what all of them have in common (None where they do not), and the words they share."""

    tickets: tuple[int, ...]
    service_id: int | None
    category_id: int | None
    site_id: int | None
    words: tuple[str, ...]


def alike(came: Sequence[Came], *, least: int = LEAST) -> list[Alike]:
    """Return groups of at least `least` alike tickets, the largest first; no ticket stands in two of them."""
    found = [
        group
        for about in ("service_id", "category_id", "site_id")
        for value in dict.fromkeys(getattr(each, about) for each in came)
        if value is not None and (group := _sharing([each for each in came if getattr(each, about) == value], least))
    ]
    return _apart(sorted(found, key=lambda group: -len(group)))


def unusual(n: int, usual: float, *, least: int = LEAST) -> bool:
    """Whether `n` tickets are far more than the `usual` number that comes in as long a time."""
    return n >= max(least, _TIMES * usual) and chance(n, usual) < _CHANCE


def chance(n: int, usual: float) -> float:
    """Return how likely `n` or more come where `usual` are expected and each comes by itself (Poisson)."""
    term = below = math.exp(-usual)
    for k in range(1, n):
        term *= usual / k
        below += term
    return max(0.0, 1.0 - below) if n > 0 else 1.0


def usual_of(before: Iterable[datetime], now: datetime, *, days: int = DAYS) -> float:
    """Return how many usually come: the mean of the days before, or of the same weekdays where that is more.

    before   instants at which such tickets came, within WITHIN of this time of day, on any of the `days` before
    """
    ago = [(now - at).days for at in before]
    weeks = [day for day in ago if day % 7 == 0]
    return max(len(ago) / days, len(weeks) / (days // 7))


def stems(subject: str) -> set[str]:
    """Return the words of a subject without their endings."""
    return {word[: max(4, len(word) - 2)] for word in _WORD.findall(subject.casefold())}


def _sharing(group: Sequence[Came], least: int) -> list[Came]:
    """Return those of a group that share its commonest word, or two words of theirs; none if they are too few."""
    words = {each.ticket_id: stems(each.subject) for each in group}
    counted = Counter(word for found in words.values() for word in found)
    if not counted or max(counted.values()) < least:
        return []
    top = max(counted, key=lambda word: (counted[word], word))
    core = [each for each in group if top in words[each.ticket_id]]
    theirs = Counter(word for each in core for word in words[each.ticket_id])
    common = {word for word, n in theirs.items() if 2 * n >= len(core)}
    return [each for each in group if top in words[each.ticket_id] or len(words[each.ticket_id] & common) >= 2]


def _apart(groups: Iterable[Sequence[Came]]) -> list[Alike]:
    taken: set[int] = set()
    found = []
    for group in groups:
        if taken.isdisjoint(each.ticket_id for each in group):
            taken |= {each.ticket_id for each in group}
            found.append(_told(group))
    return found


def _told(group: Sequence[Came]) -> Alike:
    counted = Counter(word for each in group for word in stems(each.subject))
    shared = [word for word, n in counted.items() if 2 * n >= len(group)]
    # The commonest first, then as they stand where the first ticket says them: the same at every look.
    said = group[0].subject.casefold()
    words = sorted(shared, key=lambda word: (-counted[word], said.find(word) % (len(said) + 1), word))[:5]
    return Alike(
        tuple(each.ticket_id for each in group),
        _same(each.service_id for each in group),
        _same(each.category_id for each in group),
        _same(each.site_id for each in group),
        tuple(words),
    )


def _same(values: Iterable[int | None]) -> int | None:
    found = set(values)
    return found.pop() if len(found) == 1 else None
