"""A ticket stands for many: it is declared a major incident, commanded, told of, ended."""

from __future__ import annotations

from firstline.core.tickets.life.row import Fact, Life, replace
from firstline.core.tickets.life.table import on


@on("status told")
def _tell(life: Life, fact: Fact) -> Life:
    """A status is an answer to all who are hit."""
    return replace(life, answered_at=life.answered_at or fact.at)


@on("major declared", "commander changed", "major ended")
def _leave(life: Life, fact: Fact) -> Life:
    return life
