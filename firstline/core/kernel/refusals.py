"""How the desk says no: exceptions whose text is for the person who asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import ClassVar


def _(text: str) -> str:
    """Mark a sentence for translation at the edge; it comes back as it is."""
    return text


class Refused(Exception):
    """What was asked is against a rule; nothing has been written.

    text    one or two sentences for the person, in English, with %(name)s where a value goes; marked by `_`
            so that the edge can translate it (core and commands know no language)
    values  what goes into the text
    field   the field of the form or body at fault, where there is one
    code    stable name for programs: the class's name in snake case
    """

    code: ClassVar[str] = "refused"
    field: str | None = None

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    def __init__(self, text: str, /, *, field: str | None = None, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text = text
        self.values = values
        if field is not None:
            self.field = field

    def in_words(self, translate: Callable[[str], str]) -> str:
        """Return the sentence as `translate` (gettext, at the edge) words it, with its values in place."""
        worded = translate(self.text)
        return worded % self.values if self.values else worded


class BadInput(Refused, ValueError):
    """What was given cannot be read: the text says what is wrong with it and what to do."""


class NotThere(Refused):
    """There is no such thing, or this person may not know of it: the answer is the same."""


class NotAllowed(Refused):
    """The person may see it, but not do this to it."""
