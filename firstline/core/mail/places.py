"""Named places in a desk's own words: {number} stands for the ticket's number, and no more can be done with them.

Whoever words notices is no programmer, and must not become one by accident: a place is a name in braces, filled once,
and what is filled in is never read for places again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Kinds of notices that can be worded: those that leave the house.
KINDS = (
    "registered", "replied", "question", "resolved", "reopened", "closed", "merged", "followed", "status", "vendor",
)  # fmt: skip
# Those that carry what somebody wrote: without it the notice would say that there is an answer, and not which.
CARRYING = frozenset({"replied", "question", "resolved", "status", "vendor"})
PLACES = ("number", "subject", "requester", "reader", "by", "desk", "text", "link", "due")
TEXT = "{text}"
_PLACE = re.compile(r"\{([a-z_]{1,20})\}")


class BadPlace(ValueError):
    """A place of this name is not known; what it says is the place."""


def check(text: str) -> None:
    """Raise BadPlace for the first place of the text that nothing can be put in, or a brace that belongs to none."""
    for found in _PLACE.finditer(text):
        if found[1] not in PLACES:
            raise BadPlace(found[0])
    left = re.search(r"[{}]\S{0,20}", _PLACE.sub("", text))
    if left:
        raise BadPlace(left[0])


def filled(text: str, values: Mapping[str, str]) -> str:
    """Return the text with its places filled; a place without a value becomes empty."""
    return _PLACE.sub(lambda found: values.get(found[1], ""), text)
