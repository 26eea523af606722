"""Text whose lines were broken for the way and want to be joined again (RFC 3676)."""

from __future__ import annotations

import re

_QUOTE = re.compile(r">*")


def joined(text: str, *, delsp: bool = False) -> str:
    """Return the text with flowing lines joined; quotes keep one mark to a level, then a space.

    delsp   the space that marks a flowing line was added for the way (East Asian text) and goes
    """
    done: list[str] = []
    depth_of_last, flowing = 0, False
    for line in text.split("\n"):
        marks = len(_QUOTE.match(line)[0])  # type: ignore[index]  # the pattern always matches
        content = line[marks:].removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        shown = content[:-1] if soft and delsp else content
        if flowing and marks == depth_of_last and content != "-- ":
            done[-1] += shown
        else:
            done.append((">" * marks + " " if marks else "") + shown)
        depth_of_last, flowing = marks, soft
    return "\n".join(done)
