"""Opening instants with the working time before them: what a clock is promised with, and stores.

Due and elapsed working time are two binary searches here (docs/adr/0004-working-time.md).
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate

from firstline.core.kernel.refusals import BadInput, Refused, _
from firstline.core.sla.intervals import Interval, union

_VERSION = 1


class NeverDue(Refused):
    """There is not enough working time for the budget: nothing can fall due."""


class BeyondOpenings(NeverDue):
    """The question reaches outside the window that the openings cover."""


class BadOpenings(BadInput):
    """Stored openings cannot be read back."""


@dataclass(frozen=True, slots=True)
class Openings:
    """The opening intervals of [since, until), all in whole UTC seconds since 1970.

    Two of the same moments are equal and have the same digest, whatever calendar they came from.
    """

    since: int
    until: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    done: tuple[int, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        lengths = (end - start for start, end in zip(self.starts, self.ends, strict=True))
        object.__setattr__(self, "done", tuple(accumulate(lengths)))

    @classmethod
    def of(cls, since: int, until: int, intervals: Iterable[Interval]) -> Openings:
        """Return the openings of a window: `intervals` joined where they touch, cut to the window."""
        kept = union((max(begin, since), min(end, until)) for begin, end in intervals)
        return cls(since, until, tuple(begin for begin, _end in kept), tuple(end for _begin, end in kept))

    def __iter__(self) -> Iterator[Interval]:
        return zip(self.starts, self.ends, strict=True)

    def worked(self, begin: int, end: int) -> int:
        """Return the working seconds in [begin, end); 0 when end <= begin."""
        if end <= begin:
            return 0
        if begin < self.since or end > self.until:
            raise self._beyond()
        return self._worked_by(end) - self._worked_by(begin)

    def due(self, start: int, seconds: int) -> int:
        """Return the second at which `seconds` (> 0) of work have run out: at closing, not at opening."""
        if not self.since <= start <= self.until:
            raise self._beyond()
        target = self._worked_by(start) + seconds
        at = bisect_left(self.done, target)
        if at == len(self.done):
            raise self._beyond()
        return self.ends[at] - self.done[at] + target

    def start_before(self, end: int, seconds: int) -> int:
        """Return the latest second from which `seconds` (> 0) of work fit before `end`."""
        if not self.since <= end <= self.until:
            raise self._beyond()
        target = self._worked_by(end) - seconds
        if target < 0:
            raise self._beyond()
        at = bisect_right(self.done, target)
        return self.ends[at] - self.done[at] + target

    def next_open(self, moment: int) -> int:
        """Return the first working second at or after `moment`."""
        at = bisect_right(self.ends, moment)
        if moment < self.since or at == len(self.ends):
            raise self._beyond()
        return max(moment, self.starts[at])

    def last_open(self, moment: int) -> int:
        """Return the end of the working time before `moment`: the closing, or `moment` itself."""
        at = bisect_left(self.starts, moment) - 1
        if moment > self.until or at < 0:
            raise self._beyond()
        return min(moment, self.ends[at])

    def after(self, moment: int) -> list[Interval]:
        """Return the openings that end after `moment`, the first cut so that it begins no earlier."""
        at = bisect_right(self.ends, moment)
        rest = list(zip(self.starts[at:], self.ends[at:], strict=True))
        return [(max(rest[0][0], moment), rest[0][1]), *rest[1:]] if rest else []

    def followed_by(self, later: Openings) -> Openings:
        """Return one window of two: of `later`, only what comes after this one ends."""
        if not later.since <= self.until <= later.until:
            raise ValueError("the later openings must begin where these end, or before, and end after")
        return Openings.of(self.since, later.until, [*self, *later.after(self.until)])

    def frozen(self) -> bytes:
        """Return canonical bytes to store: JSON of the window, then gap and length of every opening."""
        steps = []
        last = self.since
        for start, end in self:
            steps += [start - last, end - start]
            last = end
        return json.dumps([_VERSION, self.since, self.until, steps], separators=(",", ":")).encode()

    def digest(self) -> str:
        """Return the SHA-256 of the canonical bytes, as 64 hexadecimal digits: the name they go by."""
        return hashlib.sha256(self.frozen()).hexdigest()

    @classmethod
    def restored(cls, stored: bytes) -> Openings:
        """Return the openings whose canonical bytes these are. Raises BadOpenings."""
        try:
            version, since, until, steps = json.loads(stored)
            if version == _VERSION:
                edges = tuple(accumulate(steps, initial=since))[1:]
                openings = cls(since, until, edges[::2], edges[1::2])
                # Only the first gap may be empty: what touches was joined before it was stored.
                whole = min(steps[1:], default=1) > 0 <= min(steps[:1], default=0)
                if whole and edges[-1:] <= (until,) and openings.frozen() == stored:
                    return openings
        except (ValueError, TypeError):
            pass
        raise BadOpenings(_("The stored opening hours cannot be read: they were changed or cut short."))

    def _worked_by(self, moment: int) -> int:
        at = bisect_right(self.starts, moment) - 1
        if at < 0:
            return 0
        left = self.ends[at] - moment
        return self.done[at] - left if left > 0 else self.done[at]

    def _beyond(self) -> BeyondOpenings:
        since, until = (datetime.fromtimestamp(edge, UTC).date().isoformat() for edge in (self.since, self.until))
        text = _("The opening hours at hand reach from %(since)s to %(until)s only, which is not enough.")
        return BeyondOpenings(text, since=since, until=until)
