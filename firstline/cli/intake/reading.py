"""Only reading mail: in this process, without a desk, nothing kept."""

from __future__ import annotations

import time

from firstline.channels.email.bounds import TooMuch
from firstline.channels.email.files import Found
from firstline.channels.email.parse import understand
from firstline.cli.intake import lines


def line(found: Found) -> dict[str, object]:
    """Return what a mail says, by the names of the command's JSON."""
    began = time.perf_counter()
    try:
        told = lines.told(understand(found.raw))
    except TooMuch as much:
        told = {"parked": str(much)}
    return {**named(found), **told, "elapsed_ms": round((time.perf_counter() - began) * 1000, 1)}


def named(found: Found) -> dict[str, object]:
    """Return where the mail lies."""
    return {"file": str(found.path), **({"number": found.number} if found.number else {})}
