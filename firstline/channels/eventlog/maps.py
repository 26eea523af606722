"""Maps: what the columns of an event log mean, how its labels are written, and which states they name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from firstline.core.kernel.refusals import BadInput, _
from firstline.core.tickets.states import State

SHIPPED = Path(__file__).parent / "maps"
NEEDED = ("case", "state", "at")
MEANINGS = frozenset(
    {
        "case", "state", "at", "by", "opened_at", "registrar", "requester", "channel", "team", "assignee", "category",
        "site", "impact", "urgency", "priority", "made_sla", "reassignments", "reopenings", "resolved_at",
        "closed_at", "problem", "change", "vendor",
    }
)  # fmt: skip
_OBJECTS = ("columns", "described", "bare", "prefixes", "words", "states", "channels")
_KEYS = frozenset({"about", "source", "subject", "times", "zone", "unknown", *_OBJECTS})
_CHANNELS = frozenset({"form", "api", "phone", "walk_in", "email", "telegram", "chat", "import"})


class BadMap(BadInput):
    """The map cannot be used; the text says which part of it and why."""


@dataclass(frozen=True)
class Map:
    """How to read one log.

    columns    meaning -> name of the column
    described  words -> name of the column; they make the ticket's first message
    bare       column -> form of a label that came as a mere number, "Group {}" or "INC{:07d}"
    prefixes   column -> what is put before its labels, to tell persons of two columns apart
    words      column -> {label: label}, replaced one by one
    states     the log's state -> category of ours; null where it changes nothing
    """

    name: str
    source: str
    columns: Mapping[str, str]
    times: tuple[str, ...]
    states: Mapping[str, str | None]
    described: Mapping[str, str] = field(default_factory=dict)
    subject: tuple[str, ...] = ()
    zone: str = "UTC"
    unknown: frozenset[str] = frozenset({"", "?"})
    bare: Mapping[str, str] = field(default_factory=dict)
    prefixes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)


def shipped() -> list[str]:
    """Return the names of the maps that come with Firstline."""
    return sorted(path.stem for path in SHIPPED.glob("*.json"))


def load(name: str) -> Map:
    """Return the shipped map of that name, or the one in the file of that name; raises BadMap."""
    path = SHIPPED / f"{name}.json"
    if name not in shipped():
        path = Path(name)
        if not path.is_file():
            known = ", ".join(shipped())
            raise BadMap(_("There is no map '%(name)s': name a JSON file or one of %(known)s."), name=name, known=known)
    try:
        written = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise BadMap(_("The map %(name)s is not readable JSON: %(why)s."), name=name, why=str(error)) from error
    return read(path.stem, written)


def read(name: str, written: Any) -> Map:
    """Return the map that `written`, parsed JSON, describes; raises BadMap with the first thing that is wrong."""
    given = _checked(name, written)
    return Map(
        name=name,
        source=given.get("source") or name,
        columns=given["columns"],
        times=tuple(given["times"]),
        states=given["states"],
        described=given.get("described", {}),
        subject=tuple(given.get("subject", ())),
        zone=given.get("zone", "UTC"),
        unknown=frozenset(given.get("unknown", ("", "?"))),
        bare=given.get("bare", {}),
        prefixes=given.get("prefixes", {}),
        words=given.get("words", {}),
        channels=given.get("channels", {}),
    )


def _checked(name: str, written: Any) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise BadMap(_("The map %(name)s must be a JSON object with columns, times and states."), name=name)
    _no_strangers(name, written, _KEYS)
    for key in ("columns", "times", "states"):
        if not written.get(key):
            raise BadMap(_("The map %(name)s lacks '%(key)s'."), name=name, key=key)
    for key in _OBJECTS:
        _is_object(name, key, written.get(key, {}))
    for key in ("times", "unknown", "subject"):
        if not _is_texts(written.get(key, [])):
            raise BadMap(_("In the map %(name)s, '%(key)s' must be a list of texts."), name=name, key=key)
    _no_strangers(name, written["columns"], MEANINGS)
    for key in NEEDED:
        if key not in written["columns"]:
            raise BadMap(_("The map %(name)s names no column for '%(key)s'."), name=name, key=key)
    _known_values(name, "states", written["states"], {None, *(str(state) for state in State)})
    _known_values(name, "channels", written.get("channels", {}), _CHANNELS)
    _forms_fit(name, written.get("bare", {}))
    _zone_is_known(name, written.get("zone", "UTC"))
    return written


def _no_strangers(name: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    strangers = sorted(set(given) - known)
    if strangers:
        text = _("The map %(name)s says '%(key)s', which means nothing here; what it may say: %(known)s.")
        raise BadMap(text, name=name, key=strangers[0], known=", ".join(sorted(known)))


def _is_object(name: str, key: str, given: Any) -> None:
    inner = dict if key == "words" else str
    allowed = (str, type(None)) if key == "states" else (inner,)
    if not isinstance(given, dict) or not all(isinstance(value, allowed) for value in given.values()):
        raise BadMap(_("In the map %(name)s, '%(key)s' must be an object of texts."), name=name, key=key)


def _is_texts(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(each, str) for each in given)


def _known_values(name: str, key: str, given: Mapping[str, Any], known: Any) -> None:
    for label, value in given.items():
        if value not in known:
            text = _("In the map %(name)s, %(key)s says '%(value)s' for '%(label)s'; it may be one of %(known)s.")
            said = ", ".join(sorted(str(each) for each in known if each))
            raise BadMap(text, name=name, key=key, value=value, label=label, known=said)


def _forms_fit(name: str, forms: Mapping[str, str]) -> None:
    for column, form in forms.items():
        if not re.fullmatch(r"[^{}]*\{(:0\d{1,2}d)?\}[^{}]*", form):
            text = _("In the map %(name)s, the form of '%(column)s' must hold {} or {:07d} once.")
            raise BadMap(text, name=name, column=column)


def _zone_is_known(name: str, zone: Any) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError) as error:
        raise BadMap(
            _("The map %(name)s names the zone '%(zone)s', which is unknown."), name=name, zone=zone
        ) from error
