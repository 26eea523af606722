"""The new part of a mail's text: what stands neither in a quote nor in a signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from firstline.channels.email.htmltext import SEALED
from firstline.channels.email.quotes import headlines, labels, marks, separators, signatures

_MOST = 500_000
_MOST_LABELS, _MOST_BLANKS = 6, 8
_BLANKS = re.compile(r"\n{3,}")


@dataclass
class _Reader:
    """Walks down the lines once and keeps the stretches that are new."""

    lines: list[str]
    passes_on: bool
    stretches: list[list[str]] = field(default_factory=lambda: [[]])
    at: int = 0
    ended: bool = False  # whether everything below is quoted

    def read(self) -> None:
        while self.at < len(self.lines) and self._step():
            pass

    def _step(self) -> bool:
        """Take in what is at hand; return whether anything after it may be new."""
        line = self.lines[self.at]
        if separators.is_forwarded(line):
            self.stretches[-1] += self.lines[self.at :]
            return False
        if self._is_earlier_mail(line):
            return self._pass_on()
        if not line.strip():
            return self._keep()
        if marks.is_marked(line):
            return self._quote(self.at, announced=False)
        return self._headline() or self._keep()

    def _keep(self, end: int = 0) -> bool:
        end = end or self.at + 1
        self.stretches[-1] += self.lines[self.at : end]
        self.at = end
        return True

    def _is_earlier_mail(self, line: str) -> bool:
        if separators.is_original(line):
            return True
        above = self.stretches[-1][-1] if self.stretches[-1] else ""
        return labels.is_header(self.lines, self.at, announced=separators.is_rule(above))

    def _pass_on(self) -> bool:
        """Leave the rest out, or take all of it when the mail only passes on an earlier one."""
        if self.passes_on:
            self.stretches[-1] += self.lines[self.at :]
        self.ended = not self.passes_on
        return False

    def _quote(self, start: int, *, announced: bool) -> bool:
        end, is_quote = marks.after(self.lines, start, announced=announced)
        if not is_quote:
            return self._keep(end)
        while end < len(self.lines) and not self.lines[end].strip():
            end += 1
        self.at = end
        self.stretches.append([])
        return True

    def _headline(self) -> bool:
        """Pass over a headline and what it announces; return whether there was one."""
        line = self.lines[self.at]
        end, sure = headlines.after(self.lines, self.at)
        if end and (sure or self._marked_after(end)):
            return self._announced(end)
        if not self._marked_after(self.at + 1):
            return False
        return self._within(line) or (headlines.is_loose(line) and self._announced(self.at + 1))

    def _announced(self, end: int) -> bool:
        self._drop_labels()
        start = self._marked_after(end)
        if start and self._quote(start, announced=True):
            return True
        self.at, self.ended = len(self.lines), True
        return True

    def _drop_labels(self) -> None:
        """Leave out fields that stand above a headline, below a line that parts them off (Yandex)."""
        kept = self.stretches[-1]
        end = len(kept)
        while end and len(kept) - end < _MOST_LABELS and (labels.is_label(kept[end - 1]) or not kept[end - 1].strip()):
            end -= 1
        if end and separators.is_rule(kept[end - 1]):
            del kept[end - 1 :]

    def _within(self, line: str) -> bool:
        cut = headlines.within(line)
        if not cut:
            return False
        self.stretches[-1].append(line[:cut].rstrip(" -"))
        return self._quote(self._marked_after(self.at + 1), announced=True)

    def _marked_after(self, at: int) -> int:
        """Return the place of the next line that says something, if it is marked, else 0."""
        last = at + _MOST_BLANKS
        while at < len(self.lines) and at < last and not self.lines[at].strip():
            at += 1
        return at if at < len(self.lines) and marks.is_marked(self.lines[at]) else 0


def part(text: str, subject: str = "") -> str:
    """Return what is new in a text; all of it when nothing, or no quote, can be told apart.

    text      plain text; lines that HTML marked as quoted begin with ">", those of a signature with SEALED
    subject   of the mail: where it says that the mail passes another one on, that one is new, too
    """
    reader = _Reader(text[:_MOST].replace("\r", "").split("\n"), separators.passes_on(subject))
    reader.read()
    kept = ["\n".join(_without_signature(lines)) for lines in reader.stretches]
    new = "\n".join(filter(str.strip, kept)) + ("" if reader.ended else text[_MOST:])
    whole = new.strip() or text.strip()
    return _BLANKS.sub("\n\n", whole.replace(SEALED, "")).strip()


def _without_signature(lines: list[str]) -> list[str]:
    end = _said_until(lines, len(lines))
    kept = _said_until(lines, signatures.begins(lines[:end]))
    return [*lines[:kept], *([""] if end < len(lines) else [])]


def _said_until(lines: list[str], end: int) -> int:
    """Return where the words before `end` end: empty lines and drawn ones say nothing."""
    while end and (not lines[end - 1].strip() or separators.is_rule(lines[end - 1])):
        end -= 1
    return end
