"""Values as canonical JSON: the same value always gives the same bytes (RFC 8785, without floats)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# Beyond this a reader in another language may round a number and compute another digest.
EXACT = 2**53 - 1

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(value: Mapping[str, Any]) -> bytes:
    """Return `value` as canonical JSON bytes.

    Keys must be ASCII text: RFC 8785 sorts by UTF-16 units, which for ASCII is Python's own order.
    Raises TypeError for floats and anything JSON has no form for, ValueError for a number beyond
    2**53 - 1 or a text with a lone surrogate.
    """
    _check(value)
    return _ENCODER.encode(value).encode("utf-8")


def _check(value: Any) -> None:
    if value is None or value is True or value is False or isinstance(value, str):
        return
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{value} is too large to be exact in JSON.")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError(f"{key!r} is not an ASCII text, so it cannot be a key.")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    else:
        raise TypeError(f"{type(value).__name__} has no canonical form.")
