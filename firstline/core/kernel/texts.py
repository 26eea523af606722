"""Words kept in several languages as one mapping of language code to text."""

from __future__ import annotations

from collections.abc import Mapping

FALLBACK = ("en", "ru", "uk")


def pick(translations: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, or in the first other language that has one, or ""."""
    for code in (language[:2], *FALLBACK, *translations):
        if translations.get(code):
            return translations[code]
    return ""
