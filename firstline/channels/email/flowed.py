"""Text whose lines were broken for the way and want to be joined again (RFC 3676)."""

from __future__ import annotations

from io import StringIO


def joined(text: str, *, delsp: bool = False) -> str:
    """Return the text with flowing lines joined; quotes keep one mark to a level, then a space.

    delsp   the space that marks a flowing line was added for the way (East Asian text) and goes
    """
    done = StringIO()  # a paragraph of a million lines must not be copied a million times
    last, flowing = 0, False
    for whole in StringIO(text, newline="\n"):
        line = whole.removesuffix("\n")
        unquoted = line.lstrip(">")
        marks = len(line) - len(unquoted)
        content = unquoted.removeprefix(" ")
        soft = content.endswith(" ") and content != "-- "
        if not (flowing and marks == last and content != "-- "):
            done.write("\n" + (">" * marks + " " if marks else ""))
        done.write(content[:-1] if soft and delsp else content)
        last, flowing = marks, soft
    return done.getvalue().removeprefix("\n")
