"""What the frame of every page needs: theme, languages, words for the clocks, and who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from firstline.core.people.rights import NOBODY, Scope
from firstline.web import wording

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
# Each language under its own name: whoever is lost finds the way back.
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("uk", "Українська")]


def frame(http: HttpRequest) -> dict[str, Any]:
    """Return the context of base.html and the bases of portal and console."""
    person = getattr(http, "person", None)
    theme = http.COOKIES.get(THEME_COOKIE, "")
    return {
        "theme": theme if theme in THEMES else "system",
        "languages": LANGUAGES,
        "LANGUAGE_CODE": translation.get_language(),
        "person": person,
        "desk_name": SimpleLazyObject(lambda: str(getattr(http, "desk", None) or "Firstline")),
        "may_use_console": SimpleLazyObject(lambda: bool(person and getattr(http, "scope", NOBODY).works)),
        "may_set_up": SimpleLazyObject(lambda: bool(person and _sets_up(getattr(http, "scope", NOBODY)))),
        "clock_words": SimpleLazyObject(wording.words_for_browser),
        "debug": settings.DEBUG,
    }


def _sets_up(scope: Scope) -> bool:
    return bool(scope.administrator or scope.desks_managed)
