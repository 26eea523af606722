"""The buttons of a ticket's page: which actions stand in the bar, which in the menu, in what order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from firstline.web.console.ticket.deed import Action
from firstline.web.console.ticket.deeds import ACTIONS

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
# The one that comes next, in a ticket's usual course.
MAIN = ("acceptance", "take", "resume", "resolution", "closing")


@dataclass(frozen=True)
class Button:
    """An action as a button: where it leads, and whether pressing it does it at once."""

    action: Action
    href: str
    main: bool

    @property
    def letter(self) -> str:
        """The key that presses it, as it stands on the keyboard."""
        return self.action.letter.removeprefix("Key")

    @property
    def word(self) -> Promise:
        """What the button says."""
        return self.action.word


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
        return Button(ACTIONS[key], reverse(f"console:{key}", args=[self._number]), main)
