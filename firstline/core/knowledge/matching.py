"""Which texts answer what somebody is typing: by the beginnings of its words, in any language. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

Key = TypeVar("Key")
_WORD = re.compile(r"[^\W_]+")
_SHORTEST = 3


def stems(text: str) -> list[str]:
    """Return the words of `text`, each cut to the part that its endings leave alone, the last as typed so far."""
    words = [word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST]
    return list(dict.fromkeys(_stem(word) for word in words))


def ranked(words: str, texts: Iterable[tuple[Key, str, str]], *, most: int = 5) -> list[Key]:
    """Return the keys of the texts that answer `words`, best first, at most `most`.

    texts   key, title and body; a word found in the title weighs three, in the body one
    returns only texts that hold one of the words in their title, or at least half of them anywhere
    """
    sought = stems(words)
    if not sought:
        return []
    found = []
    for place, (key, title, body) in enumerate(texts):
        titled, told = stems(title), stems(body)
        weights = [3 if _holds(titled, stem) else 1 if _holds(told, stem) else 0 for stem in sought]
        if 3 in weights or 2 * sum(weight > 0 for weight in weights) >= len(sought):
            found.append((-sum(weights), place, key))
    found.sort(key=lambda row: row[:2])
    return [key for _, _, key in found[:most]]


def _stem(word: str) -> str:
    # Endings are one to three letters; Cyrillic words are inflected down to three letters, Latin ones keep four.
    kept = 4 if word.isascii() else 3
    return word[: max(kept, len(word) - 2)] if len(word) > kept else word


def _holds(words: list[str], stem: str) -> bool:
    return any(word.startswith(stem) or (len(word) >= 4 and stem.startswith(word)) for word in words)
