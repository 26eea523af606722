"""Words for people, said by code that does not know Django: translated once a translator is lent.

Pure modules write `from firstline.core.kernel.words import gettext as _`; the configuration lends them
Django's gettext when the applications are ready. Until then, as in a pure command, words stay English.
"""

from __future__ import annotations

from collections.abc import Callable

_translators: list[Callable[[str], str]] = []


def gettext(text: str) -> str:
    """Return `text` in the language of the moment, or as it is when nobody has lent a translator."""
    return _translators[-1](text) if _translators else text


def lend(translate: Callable[[str], str]) -> None:
    """Let `translate` (text in English -> text in the language of the moment) translate from now on."""
    _translators[:] = [translate]
