"""Regular expressions whose time grows with the text alone, whatever the pattern: for patterns that people type in.

The usual ones, without what needs going back: letters, ., [a-z], [^...], \\d \\w \\s and their opposites, ^ and $ of
the whole text, (...), |, *, +, ?, {2,5}. Case does not matter. A pattern becomes a set of states that are walked all at
once, and remembered, so that no text makes it slow (the trap of engines that try one way after another).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

LONGEST = 500
_MOST_STATES, _MOST_REPEATS, _DEEPEST, _REMEMBERED = 400, 100, 50, 20_000

Test = Callable[[str], bool]


@dataclass(frozen=True)
class _One:
    test: Test


@dataclass(frozen=True)
class _Edge:
    kind: str


@dataclass(frozen=True)
class _Row:
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class _Either:
    ways: tuple[Node, ...]


@dataclass(frozen=True)
class _Repeated:
    node: Node
    least: int
    most: int | None


Node = _One | _Edge | _Row | _Either | _Repeated


class BadPattern(ValueError):
    """The text is no pattern; what it says is for the person who typed it."""


@dataclass
class _State:
    """One state: a test that leads on, free ways onward, or where the text must begin, end or be accepted."""

    kind: str
    test: Test | None = None
    onward: list[int] = field(default_factory=list)


class Pattern:
    """A pattern that was read; `found_in` says whether a text has it anywhere."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise BadPattern("too long")
        self._states: list[_State] = [_State("accept")]
        self._begin = self._emit(_Reader(_folded(text)).whole(), 0)
        self._steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def found_in(self, text: str) -> bool:
        """Whether the pattern occurs in the text; its time is that of reading the text."""
        here = self._closed({self._begin}, begins=True)
        again = self._closed({self._begin}, begins=False)
        for letter in text.lower():
            if 0 in here:
                return True
            here = self._stepped(here, letter) | again
        return 0 in self._closed(set(here), begins=not text, ends=True)

    def _stepped(self, here: frozenset[int], letter: str) -> frozenset[int]:
        step = (here, letter)
        if step not in self._steps:
            if len(self._steps) >= _REMEMBERED:
                self._steps.clear()
            reached = {self._states[each].onward[0] for each in here if self._passes(each, letter)}
            self._steps[step] = self._closed(reached, begins=False)
        return self._steps[step]

    def _passes(self, number: int, letter: str) -> bool:
        test = self._states[number].test
        return test is not None and test(letter)

    def _closed(self, states: set[int], *, begins: bool, ends: bool = False) -> frozenset[int]:
        """Return the states reached without reading a letter."""
        found, waiting = set(states), list(states)
        while waiting:
            state = self._states[waiting.pop()]
            free = state.kind == "split" or (state.kind == "begin" and begins) or (state.kind == "end" and ends)
            for onward in state.onward if free else ():
                if onward not in found:
                    found.add(onward)
                    waiting.append(onward)
        return frozenset(found)

    def _emit(self, node: Node, then: int) -> int:
        if isinstance(node, _One):
            return self._new(_State("one", node.test, [then]))
        if isinstance(node, _Edge):
            return self._new(_State(node.kind, None, [then]))
        if isinstance(node, _Row):
            for part in reversed(node.parts):
                then = self._emit(part, then)
            return then
        if isinstance(node, _Either):
            return self._new(_State("split", None, [self._emit(way, then) for way in node.ways]))
        return self._repeated(node, then)

    def _repeated(self, node: _Repeated, then: int) -> int:
        if node.most is None:
            start = loop = self._new(_State("split"))
            self._states[loop].onward = [self._emit(node.node, loop), then]
        else:
            start = then
            for _ in range(node.most - node.least):
                start = self._new(_State("split", None, [self._emit(node.node, start), then]))
        for _ in range(node.least):
            start = self._emit(node.node, start)
        return start

    def _new(self, state: _State) -> int:
        if len(self._states) >= _MOST_STATES:
            raise BadPattern("too much repeated")
        self._states.append(state)
        return len(self._states) - 1


def _folded(text: str) -> str:
    """Return a pattern in small letters, but for \\D, \\W and \\S, which are the opposites of \\d, \\w and \\s."""
    return re.sub(r"\\.|[^\\]+", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), text, flags=re.S)


_CLASSES: dict[str, Test] = {
    "d": str.isdigit,
    "w": lambda letter: letter.isalnum() or letter == "_",
    "s": str.isspace,
}
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}


class _Reader:
    """Reads a pattern from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at, self.depth = text, 0, 0

    def whole(self) -> Node:
        node = self._either()
        if self.at < len(self.text):
            raise BadPattern(f"unexpected {self.text[self.at]}")
        return node

    def _either(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BadPattern("too many brackets")
        ways = [self._row()]
        while self._took("|"):
            ways.append(self._row())
        self.depth -= 1
        return ways[0] if len(ways) == 1 else _Either(tuple(ways))

    def _row(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self._counted(self._one()))
        return _Row(tuple(parts))

    def _one(self) -> Node:
        letter = self._next()
        if letter == "(":
            if self._took("?") and not self._took(":"):
                raise BadPattern("(?...) is not known here")
            inner = self._either()
            if not self._took(")"):
                raise BadPattern("a bracket is not closed")
            return inner
        if letter in "*+?{":
            raise BadPattern(f"nothing before {letter}")
        if letter in "^$":
            return _Edge("begin" if letter == "^" else "end")
        return _One(self._test(letter))

    def _test(self, letter: str) -> Test:
        if letter == ".":
            return lambda other: other != "\n"
        if letter == "[":
            return self._of_many()
        if letter == "\\":
            return self._escaped()
        return letter.__eq__

    def _escaped(self) -> Test:
        letter = self._next()
        known = _CLASSES.get(letter.lower())
        if known is not None:
            return known if letter.islower() else lambda other: not known(other)
        if letter.isalnum() and letter not in _ESCAPED:
            raise BadPattern(f"\\{letter} is not known here")
        return _ESCAPED.get(letter, letter).__eq__

    def _of_many(self) -> Test:
        opposite, tests, first = self._took("^"), [], True
        while first or not self._took("]"):
            first = False
            tests.append(self._member())
        return lambda letter: any(test(letter) for test in tests) != opposite

    def _member(self) -> Test:
        letter = self._next()
        if letter == "\\":
            return self._escaped()
        if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
            self.at += 1
            last = self._next()
            if last < letter:
                raise BadPattern(f"{letter}-{last} goes backwards")
            return lambda other: letter <= other <= last
        return letter.__eq__

    def _counted(self, node: Node) -> Node:
        for mark, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self._took(mark):
                self._took("?")
                return self._counted(_Repeated(node, least, most))
        if self._took("{"):
            least, most = self._numbers()
            self._took("?")
            return self._counted(_Repeated(node, least, most))
        return node

    def _numbers(self) -> tuple[int, int | None]:
        text = "".join(iter(lambda: self._until("}"), ""))
        low, comma, high = text.partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            raise BadPattern("{...} takes one number or two")
        least = int(low)
        most = int(high) if high else None if comma else least
        if least > _MOST_REPEATS or (most is not None and not least <= most <= _MOST_REPEATS):
            raise BadPattern(f"at most {_MOST_REPEATS} repetitions")
        return least, most

    def _until(self, mark: str) -> str:
        letter = self._next()
        return "" if letter == mark else letter

    def _took(self, mark: str) -> bool:
        there = self.text[self.at : self.at + 1] == mark
        self.at += there
        return there

    def _next(self) -> str:
        if self.at >= len(self.text):
            raise BadPattern("it ends too early")
        self.at += 1
        return self.text[self.at - 1]
