"""The buttons of a ticket's page: which actions stand in the bar, which in the menu, in what order, and their markup.

The markup is written here rather than in a template: the forty buttons of a page cost 0.1 ms so, 3 ms there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import get_script_prefix, reverse
from django.utils.html import escape
from django.utils.translation import get_language

from firstline.web.console.ticket.deeds import ACTIONS
from firstline.web.templatetags import frame

BAR = (
    "acceptance",
    "refusal",
    "take",
    "resume",
    "hand-over",
    "waiting",
    "resolution",
    "closing",
    "reopening",
    "not-spam",
)
MENU: Sequence[Sequence[str]] = (
    ("assignment", "return", "withdrawal", "steward", "call-in"),
    ("plan", "task", "vendor", "work"),
    ("priority", "classification", "requester", "subject", "tag", "participant"),
    ("major", "link", "merge", "unmerge"),
    ("redaction", "spam"),
)
INCIDENT = ("status", "solution", "adoption", "commander", "end-of-major")
# How a button looks in the menu.
IN_MENU = "menu-item"
# The one that comes next, in a ticket's usual course.
MAIN = ("acceptance", "take", "resume", "resolution", "closing")


@dataclass(frozen=True)
class Button:
    """An action as a button: where it leads, and whether pressing it does it at once."""

    key: str
    href: str
    main: bool

    def drawn(self, css: str, token: str) -> str:
        """Return its markup: a form that does it at once, or a link to its form; `token` keeps the form ours."""
        return _markup(self.key, css, self.main, get_language() or "en").format(href=self.href, token=token)


class Shelf:
    """The buttons of one ticket's page."""

    def __init__(self, number: int, offered: Iterable[str]) -> None:
        self._number = number
        self._offered = frozenset(offered)

    @property
    def bar(self) -> list[Button]:
        """The buttons that are always seen; the first in a ticket's usual course stands out."""
        main = next((key for key in MAIN if key in self._offered), "")
        return [self._button(key, main=key == main) for key in BAR if key in self._offered]

    @property
    def incident(self) -> list[Button]:
        """The buttons of a major incident; what all who are hit wait for stands out."""
        return [self._button(key, main=key == "status") for key in INCIDENT if key in self._offered]

    @property
    def menu(self) -> list[list[Button]]:
        """The groups of the menu; empty ones are left out."""
        groups = [[self._button(key) for key in keys if key in self._offered] for keys in MENU]
        return [group for group in groups if group]

    def _button(self, key: str, *, main: bool = False) -> Button:
        before, after = _address(key, get_script_prefix())
        return Button(key, f"{before}{self._number}{after}", main)


@cache
def _address(key: str, mounted: str) -> tuple[str, str]:
    """Return what stands before and after the ticket's number in the address of an action."""
    before, _, after = reverse(f"console:{key}", args=[0]).partition("/0/")
    return f"{before}/", f"/{after}"


_AT_ONCE = (
    '<form class="contents" method="post" action="{href}" hx-post="{href}" hx-target="#ticket-region"'
    ' hx-disabled-elt="find button"><input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
    '<button class="%s"%s>%s</button></form>'
)
_ASKING = '<a class="%s" href="{href}" hx-get="{href}" hx-target="#action" hx-push-url="false"%s>%s</a>'


@cache
def _markup(name: str, css: str, main: bool, language: str) -> str:
    """Return the markup of an action's button, with places for its address and the form's token."""
    action = ACTIONS[name]
    key = f' data-key="{action.letter}"' if action.letter else ""
    letter = f"<kbd>{action.letter.removeprefix('Key')}</kbd>" if action.letter and css == IN_MENU else ""
    words = f"{frame.icon(action.icon)}{escape(action.word)}{letter}".replace("{", "{{").replace("}", "}}")
    return (_AT_ONCE if action.at_once else _ASKING) % (f"{css} button-primary" if main else css, key, words)
