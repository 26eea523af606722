"""Quote marks at the beginning of lines, and the stretches of lines that they hold together."""

from __future__ import annotations

import re

_MARK = re.compile(r"\s{0,3}>|\s{0,3}\|\s?>")
_FIRST_LEVEL = re.compile(r"\s{0,3}>(?!\s?>)")
_SHOUT = re.compile(r"\s{0,3}>{1,9} .{0,200}<{2,9}\s*$")
_BROKEN = re.compile(r"[(<]\s?(?:https?|mailto):[^\s>)]{0,2000}$|\([^)\s]{0,2000}$")
_LINK_ALONE = re.compile(r"\s{0,3}\(?https?:[^\s)]{1,2000}\)? ?>$")
_LONGEST = 2_500


def is_marked(line: str) -> bool:
    """Return whether a line begins with a quote mark."""
    return _MARK.match(line) is not None


def after(lines: list[str], at: int, *, announced: bool) -> tuple[int, bool]:
    """Return the place after the marked lines that begin at `at`, and whether they are a quote.

    announced   whether a headline stands above; without one, a prompt (>>>) or a shout (>>> here <<<) is no quote
    """
    place = at
    last = at + 1
    first_level = announced
    while place < len(lines):
        line = lines[place]
        if is_marked(line):
            first_level = first_level or (_FIRST_LEVEL.match(line) is not None and not _SHOUT.match(line[:_LONGEST]))
            last = place + 1
        elif line.strip() and not _continues(lines, place):
            break
        place += 1
    return last, first_level


def _continues(lines: list[str], at: int) -> bool:
    """Return whether an unmarked line is the end of a link that a mail program broke off in a quoted line."""
    if not 0 < at < len(lines) - 1 or not is_marked(lines[at + 1]):
        return False
    before, line = lines[at - 1][-_LONGEST:], lines[at][:_LONGEST]
    return is_marked(lines[at - 1]) and (_BROKEN.search(before) is not None or _LINK_ALONE.match(line) is not None)
