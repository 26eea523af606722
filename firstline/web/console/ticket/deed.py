"""What an action on a ticket is: its words, its form, and the command it calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext

from firstline.core.kernel.refusals import Refused
from firstline.core.people.models import Person
from firstline.core.people.rights import Scope
from firstline.core.tickets.models import Ticket
from firstline.web.portal.forms import PREFIX


@dataclass(frozen=True)
class Deed:
    """One action about to be done: on what, by whom, with what was filled in.

    row    the task, message, link or person it is about, where its address names one
    """

    ticket: Ticket
    person: Person
    scope: Scope
    now: datetime
    row: int = 0
    filled: Mapping[str, Any] | None = None
    # What the address of the form already says of its fields.
    proposed: Mapping[str, str] | None = None

    @property
    def who(self) -> dict[str, Any]:
        """What every command on a ticket is told: which ticket, by whom, when."""
        return {"ticket_id": self.ticket.pk, "by_id": self.person.pk, "now": self.now}

    def __getitem__(self, field: str) -> Any:
        return (self.filled or {})[field]


class DeedForm(forms.Form):
    """A form of an action: it knows its ticket and who fills it in, and takes a refusal beside its field.

    asks         whether it asks for something though its fields are made only when its ticket is known
    sends_files  whether a file may be among what is filled in
    """

    asks = False
    sends_files = False

    def __init__(self, data: Any = None, *, deed: Deed, files: Any = None) -> None:
        proposed = {name: value for name, value in (deed.proposed or {}).items() if name in self.base_fields}
        super().__init__(data, files, initial=self.first(deed) | proposed)
        self.deed = deed
        self.offer(deed)

    def first(self, deed: Deed) -> dict[str, Any]:
        """Return what the fields hold at first."""
        return {}

    def offer(self, deed: Deed) -> None:
        """Fill the choices."""

    def refuse(self, refusal: Refused) -> None:
        """Show a refusal beside its field, or above the form if it is about no field."""
        named = next((name for name in (refusal.field, f"{PREFIX}{refusal.field}") if name in self.fields), None)
        self.add_error(named, refusal.in_words(gettext))


@dataclass(frozen=True)
class Action:
    """An action on a ticket.

    key     its noun in the address
    word    what its button says; `title` heads its form
    do      calls the command and returns the sentence that says what happened
    at_once it asks for nothing, so its button does it
    """

    key: str
    word: Promise
    icon: str
    do: Callable[[Deed], str]
    title: Promise | None = None
    about: Promise | None = None
    form: type[DeedForm] = DeedForm
    letter: str = ""
    danger: bool = False
    rows: bool = False
    # The key of the action that takes it back, for some seconds.
    undo: str = ""

    @property
    def at_once(self) -> bool:
        """Whether there is nothing to fill in."""
        return not (self.form.base_fields or self.form.asks)
