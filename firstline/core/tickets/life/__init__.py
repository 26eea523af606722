"""What each kind of fact does to a ticket: the one definition, for commands, replay, import and seeding.

A fact is an entry of the ticket's chain. `apply` is pure: a ticket as values and a fact in, a ticket as
values out. Replaying a chain from `BLANK` therefore gives the ticket's row; the columns that are not
replayed, with reasons, are listed in docs/adr/0005-journal.md.
"""

from firstline.core.tickets.life import asking, imported, incidents, ownership, progress, promises
from firstline.core.tickets.life.row import BLANK, COLUMNS, Fact, Life, replace
from firstline.core.tickets.life.table import APPLY, apply, replay

# The modules that fill the table are imported for that, and named here so that nobody takes them for unused.
KINDS_STAND_IN = (asking, imported, incidents, ownership, progress, promises)

__all__ = ["APPLY", "BLANK", "COLUMNS", "KINDS_STAND_IN", "Fact", "Life", "apply", "replace", "replay"]
