"""Rows of an event log become cases, told in the map's terms. Pure: text in, values out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from firstline.channels.eventlog.maps import Map
from firstline.core.kernel.refusals import BadInput, _
from firstline.core.tickets.recorded import Case, Happening, Stated
from firstline.core.tickets.states import State

UNKNOWN = "?"
LABELS = ("channel", "priority", "team", "category", "site", "state")
_STATED = frozenset(
    {"made_sla", "reassignments", "reopenings", "resolved_at", "closed_at", "problem", "change", "vendor"}
)
_BARE = re.compile(r"(\d{1,15})(?:\.0)?([A-Za-z]?)")
_TRUE = frozenset({"true", "1", "yes", "y", "t"})
_FALSE = frozenset({"false", "0", "no", "n", "f"})


class BadLog(BadInput):
    """The file is no log that the map can read; the text says where and why."""


@dataclass
class Log:
    """A whole log: its cases in the order they begin, and what was counted on the way."""

    rows: int = 0
    # Numbers of the lines that name no case; they stand in the kept file only.
    nameless: list[int] = field(default_factory=list)
    cases: dict[str, list[list[str]]] = field(default_factory=dict)
    # A log repeats itself: each different text is held in memory once.
    texts: dict[str, str] = field(default_factory=dict)


def read(text: str, by: Map) -> tuple[Log, Reader]:
    """Return the rows grouped by case, and the reader that makes a case of each; raises BadLog."""
    header = text.lstrip("\ufeff").split("\n", 1)[0]
    if not header.strip():
        raise BadLog(_("The file is empty; it should begin with a line of column names."))
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=_separator(header))
    log = Log()
    try:
        reader = Reader(by, [name.strip() for name in next(rows)])
        for row in rows:
            if row:
                _place(log, reader, row, rows.line_num)
    except csv.Error as error:
        raise BadLog(_("Line %(line)d cannot be read: %(why)s."), line=rows.line_num, why=str(error)) from error
    if not log.rows:
        raise BadLog(_("The file has column names but no rows."))
    return log, reader


def cases(log: Log, reader: Reader) -> Iterator[Case]:
    """Yield the cases in the order in which they begin in the file."""
    for external_id, rows in log.cases.items():
        yield reader.case(external_id, rows)


def _separator(header: str) -> str:
    return max(",;\t|", key=header.count)


def _place(log: Log, reader: Reader, row: list[str], line: int) -> None:
    log.rows += 1
    if log.rows == 1:
        reader.check_times(row, line)
    case = reader.text(row, "case")
    if case == UNKNOWN:
        log.nameless.append(line)
        return
    once = log.texts.setdefault
    log.cases.setdefault(case[:200], []).append([once(text, text) for text in row])


class Reader:
    """Reads rows by a map; remembers each label and time it has understood once."""

    def __init__(self, by: Map, header: Sequence[str]) -> None:
        places = {name: place for place, name in reversed(list(enumerate(header)))}
        self.map = by
        self.width = len(header)
        self._places = {meaning: _found(places, column, by) for meaning, column in by.columns.items()}
        self._columns = dict(by.columns)
        self._described = [(words, places[name]) for words, name in by.described.items() if name in places]
        self._subject = [(name, places[name]) for name in by.subject if name in places]
        self._names = list(header)
        self._zone = ZoneInfo(by.zone)
        self._labels: dict[tuple[str, str], str] = {}
        self._times: dict[str, datetime | None] = {}
        self._ranks: dict[str, int] = {}

    def text(self, row: Sequence[str], meaning: str) -> str:
        """Return the row's label for `meaning`, made whole; "?" where it is unknown."""
        place = self._places.get(meaning)
        if place is None or place >= len(row):
            return UNKNOWN
        return self._label(self._columns[meaning], row[place])

    def check_times(self, row: Sequence[str], line: int) -> None:
        """Raise BadLog if none of the map's formats reads the very first time of the log."""
        place = self._places["at"]
        given = row[place] if place < len(row) else ""
        if self._time(given) is None:
            text = _("Line %(line)d: '%(given)s' in column %(column)s is no time that the map %(name)s can read.")
            raise BadLog(text, line=line, given=given[:40], column=self._columns["at"], name=self.map.name)

    def case(self, external_id: str, rows: Sequence[Sequence[str]]) -> Case:
        """Return the case that these rows, in the order of the file, tell of."""
        first, last = rows[0], rows[-1]
        happenings = self._happenings(rows)
        opened = self._when(first, "opened_at")
        stated = self._stated(last)
        channel = self.text(last, "channel").lower()
        flags = dict.fromkeys(flag for each in happenings for flag in each.flags)
        flags |= dict.fromkeys(_contradictions(opened, stated, happenings, "opened_at" in self._places))
        return Case(
            external_id=external_id,
            opened_at=opened or happenings[0].at,
            happenings=happenings,
            channel=self.map.channels.get(channel, "import"),
            registrar=self._said(first, "registrar"),
            subject=self._headline(first, external_id),
            text=self._description(first),
            stated=stated,
            labels={**{name: self.text(last, name) for name in LABELS if name in self._places}, "channel": channel},
            flags=tuple(flags),
        )

    def _happenings(self, rows: Sequence[Sequence[str]]) -> tuple[Happening, ...]:
        made: list[Happening] = []
        for row in rows:
            made.append(self._happening(row, made[-1] if made else None))
        return tuple(made)

    def _happening(self, row: Sequence[str], before: Happening | None) -> Happening:
        flags: list[str] = []
        said = self.text(row, "state")
        at = self._when(row, "at")
        if at is None:
            flags.append("no_time")
            at = before.at if before else self._when(row, "opened_at") or datetime(1970, 1, 1, tzinfo=UTC)
        if said not in self.map.states:
            flags.append("unknown_state")
        state = self.map.states.get(said)
        if len(row) != self.width:
            flags.append("ragged_row")
        if before is not None:
            flags += _irregular(before, at, state)
        return Happening(
            at=at, said=said, state=state, by=self._said(row, "by"), requester=self._said(row, "requester"),
            team=self._said(row, "team"), assignee=self._said(row, "assignee"), category=self._said(row, "category"),
            site=self._said(row, "site"), impact=self._rank(row, "impact", flags),
            urgency=self._rank(row, "urgency", flags), priority=self._rank(row, "priority", flags),
            flags=tuple(flags),
        )  # fmt: skip

    def _said(self, row: Sequence[str], meaning: str) -> str | None:
        label = self.text(row, meaning)
        return None if label == UNKNOWN else label

    def _rank(self, row: Sequence[str], meaning: str, flags: list[str]) -> int | None:
        """Return the label's digit as a rank of ours, 1 to 4."""
        label = self.text(row, meaning)
        rank = self._ranks.get(label)
        if rank is None:
            digits = re.search(r"\d+", label)
            rank = self._ranks[label] = int(digits[0][:9]) if digits else -1
        if rank < 0:
            return None
        if not 1 <= rank <= 4:
            flags.append(f"{meaning}_out_of_range")
        return min(max(rank, 1), 4)

    def _stated(self, row: Sequence[str]) -> Stated:
        said: dict[str, Callable[[Sequence[str], str], object]] = {
            "made_sla": self._truth, "reassignments": self._count, "reopenings": self._count,
            "resolved_at": self._when, "closed_at": self._when,
            "problem": self._code, "change": self._code, "vendor": self._code,
        }  # fmt: skip
        columns = _STATED & self._places.keys()
        return Stated(columns=columns, **{name: said[name](row, name) for name in columns})  # type: ignore[arg-type]

    def _truth(self, row: Sequence[str], meaning: str) -> bool | None:
        word = self.text(row, meaning).lower()
        return True if word in _TRUE else False if word in _FALSE else None

    def _count(self, row: Sequence[str], meaning: str) -> int | None:
        word = self.text(row, meaning).removesuffix(".0")
        return min(int(word), 10**6) if word.isascii() and word.isdigit() else None

    def _code(self, row: Sequence[str], meaning: str) -> str:
        return (self._said(row, meaning) or "")[:60]

    def _when(self, row: Sequence[str], meaning: str) -> datetime | None:
        place = self._places.get(meaning)
        return self._time(row[place]) if place is not None and place < len(row) else None

    def _headline(self, row: Sequence[str], external_id: str) -> str:
        known = [label for name, place in self._subject if (label := self._at(row, place, name)) != UNKNOWN]
        return (", ".join(known) or external_id)[:300]

    def _description(self, row: Sequence[str]) -> str:
        lines = [f"{words}: {self._at(row, place, self._names[place])}" for words, place in self._described]
        return "\n".join(line for line in lines if not line.endswith(f": {UNKNOWN}"))

    def _at(self, row: Sequence[str], place: int, column: str) -> str:
        return self._label(column, row[place]) if place < len(row) else UNKNOWN

    def _label(self, column: str, given: str) -> str:
        key = (column, given)
        known = self._labels.get(key)
        if known is None:
            known = self._labels[key] = _whole(given, column, self.map)
        return known

    def _time(self, given: str) -> datetime | None:
        if given in self._times:
            return self._times[given]
        found = self._times[given] = _instant(given.strip(), self.map.times, self._zone)
        return found


def _found(places: dict[str, int], column: str, by: Map) -> int:
    if column not in places:
        known = ", ".join(list(places)[::-1][:40])
        text = _("The file has no column '%(column)s', which the map %(name)s reads; its columns are: %(known)s.")
        raise BadLog(text, column=column, name=by.name, known=known)
    return places[column]


def _whole(given: str, column: str, by: Map) -> str:
    """Return a label as the log writes it where it writes labels whole, blanks made single."""
    label = " ".join(given.split())[:200]
    if label in by.unknown:
        return UNKNOWN
    label = by.words.get(column, {}).get(label, label)
    form = by.bare.get(column)
    bare = _BARE.fullmatch(label) if form else None
    if form and bare:
        if not bare[2]:
            return form.format(int(bare[1]))
        return form.format(label) if "{}" in form else label
    return by.prefixes.get(column, "") + label


def _instant(given: str, formats: Sequence[str], zone: ZoneInfo) -> datetime | None:
    for form in formats:
        try:
            if "%z" in form:
                return datetime.strptime(given, form).astimezone(UTC)
            return datetime.strptime(given, form).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _irregular(before: Happening, at: datetime, state: str | None) -> list[str]:
    flags = []
    if at < before.at:
        flags.append("time_backwards")
    if before.state == State.CLOSED and state not in (None, State.CLOSED):
        flags.append("left_closed")
    return flags


def _contradictions(
    opened: datetime | None, stated: Stated, happenings: Sequence[Happening], has_opening: bool
) -> Iterator[str]:
    if opened is None:
        if has_opening:
            yield "no_opening_time"
        return
    if happenings[0].at < opened:
        yield "touched_before_opened"
    if stated.resolved_at and stated.resolved_at < opened:
        yield "resolved_before_opened"
    if stated.closed_at and stated.closed_at < opened:
        yield "closed_before_opened"
