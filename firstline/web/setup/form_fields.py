"""The fields of a service's form as rows to fill in, and what was filled in as fields. No row ids, no statements.

Who writes a form sees labels only. The values by which choices are kept, and the keys by which programs name fields,
are made from the words once, and stay while the words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Field = Mapping[str, Any]
Texts = Mapping[str, str]
YES = frozenset({"yes", "true", "on", "1", "да", "так"})
_TYPES_WITH_CHOICES = ("choice", "many")
_NO_KEY = re.compile(r"[^a-z0-9]+")


def key_from(words: Texts, at: int, taken: Iterable[str]) -> str:
    """Return a key made of a label in Latin letters, or of the place where it has none; not one of those taken."""
    made = _NO_KEY.sub("_", words.get("en", "").lower()).strip("_")[:36].strip("_")
    made = made if made[:1].isalpha() else f"field_{at + 1}"
    key, n, used = made, 2, set(taken)
    while key in used:
        key, n = f"{made}_{n}", n + 1
    return key


def lines_of(choices: Sequence[Field]) -> dict[str, str]:
    """Return choices as lines by language, the first line of each language being the first choice."""
    codes = {code for choice in choices for code in choice["label"]}
    return {code: "\n".join(choice["label"].get(code, "") for choice in choices) for code in codes}


def choices_from(lines: Texts, before: Sequence[Field]) -> list[dict[str, Any]]:
    """Return the choices that lines by language name; one that keeps a label keeps its value."""
    split = {code: [line.strip() for line in text.splitlines()] for code, text in lines.items()}
    known = {(code, text): choice["value"] for choice in before for code, text in choice["label"].items()}
    found: list[dict[str, Any]] = []
    for at in range(max(map(len, split.values()), default=0)):
        label = {code: texts[at] for code, texts in split.items() if at < len(texts) and texts[at]}
        if not label:
            continue
        taken = [choice["value"] for choice in found]
        kept = next((known[each] for each in label.items() if known.get(each, "") not in ("", *taken)), "")
        found.append({"value": kept or key_from(label, at, taken), "label": label})
    return found


def value_of(field: Field, said: str) -> str:
    """Return what an answer must be kept as for it to be what somebody wrote in a condition."""
    said = said.strip()
    if field["type"] == "checkbox":
        return str(said.lower() in YES)
    for choice in field.get("choices") or ():
        if said.lower() in (str(choice["value"]).lower(), *(text.lower() for text in choice["label"].values())):
            return str(choice["value"])
    return said


def said_of(field: Field, value: str, language: str, yes: str, no: str) -> str:
    """Return a condition's value in the words of those who read it."""
    if field["type"] == "checkbox":
        return yes if value == "True" else no
    label = next((each["label"] for each in field.get("choices") or () if str(each["value"]) == value), None)
    return (label.get(language) or next(iter(label.values()), value)) if label else value


def has_choices(kind: str) -> bool:
    """Whether a field of this type is answered by choosing."""
    return kind in _TYPES_WITH_CHOICES
