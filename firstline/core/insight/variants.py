"""Paths of states as content-addressed rows: the id of a path is a digest of its states. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import groupby


def path_of(states: Sequence[str]) -> tuple[str, ...]:
    """Return `states` with repetitions in a row told once."""
    return tuple(state for state, _ in groupby(states))


def id_of(states: Sequence[str]) -> int:
    """Return the 63-bit id of a path; the same path has the same id in every installation."""
    digest = hashlib.sha256("\x00".join(states).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
