"""What the clocks of a ticket come to; none of it changes the ticket's row."""

from __future__ import annotations

from firstline.core.tickets.life.row import Fact, Life
from firstline.core.tickets.life.table import on


@on("clock warned", "clock breached", "escalated", "contract changed")
def _leave(life: Life, fact: Fact) -> Life:
    return life
