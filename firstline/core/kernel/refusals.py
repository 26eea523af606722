"""How the desk says no: exceptions whose text is for the person who asked."""

from __future__ import annotations

import re
from typing import ClassVar


class Refused(Exception):
    """What was asked is against a rule; nothing has been written.

    text    one or two sentences for the person, already in their language
    field   the field of the form or body at fault, where there is one
    code    stable name for programs: the class's name in snake case
    """

    code: ClassVar[str] = "refused"
    field: str | None = None

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", cls.__name__).lower()

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.text = text
        if field is not None:
            self.field = field


class BadInput(Refused, ValueError):
    """What was given cannot be read: the text says what is wrong with it and what to do."""
