"""Which of the desk's languages a text is most likely written in; pure, and content to say that it does not know."""

from __future__ import annotations

import re
from collections.abc import Sequence

_UKRAINIAN = frozenset("іїєґ")
_RUSSIAN = frozenset("ыэёъ")
_WORDS = re.compile(r"[^\W\d_]+")
# Short words that one of the two has and the other has not.
_ONLY_UKRAINIAN = frozenset(
    [
        "це",
        "що",
        "як",
        "та",
        "не",
        "працює",
        "дякую",
        "будь",
        "ласка",
        "добрий",
        "день",
        "після",
        "або",
        "він",
        "вона",
        "вони",
    ]
)
_ONLY_RUSSIAN = frozenset(
    [
        "это",
        "что",
        "как",
        "и",
        "не",
        "работает",
        "спасибо",
        "пожалуйста",
        "добрый",
        "день",
        "после",
        "или",
        "он",
        "она",
        "они",
    ]
)
_ENOUGH = 4
_READ = 5_000


def guessed(text: str, known: Sequence[str]) -> str:
    """Return the one of `known` ("en", "ru", "uk", the desk's own first) that `text` seems to be in.

    A text that says too little is taken for the first of them, and so is one in a language the desk does not speak.
    """
    own = next(iter(known), "en")
    letters = [letter for letter in text[:_READ].lower() if letter.isalpha()]
    if len(letters) < _ENOUGH:
        return own
    cyrillic = [letter for letter in letters if "Ѐ" <= letter <= "ӿ"]
    if len(cyrillic) * 2 < len(letters):
        latin = sum("a" <= letter <= "z" for letter in letters)
        return "en" if "en" in known and latin * 2 > len(letters) else own
    likeliest = "uk" if _ukrainian(text[:_READ].lower(), cyrillic) else "ru"
    return next((language for language in (likeliest, own, "ru", "uk") if language in known and language != "en"), own)


def _ukrainian(text: str, letters: Sequence[str]) -> bool:
    words = _WORDS.findall(text)
    ukrainian = sum(letter in _UKRAINIAN for letter in letters) + sum(word in _ONLY_UKRAINIAN for word in words)
    russian = sum(letter in _RUSSIAN for letter in letters) + sum(word in _ONLY_RUSSIAN for word in words)
    return ukrainian > russian
