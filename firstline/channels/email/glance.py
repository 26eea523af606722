"""A glance at a mail that was not understood: who it seems to be from and what about, from its first lines alone.

It looks at a bounded piece of the head and builds nothing, so that it is safe where understanding is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from firstline.channels.email import headers

_LOOKED_AT = 32_768
_SHOWN = 200


@dataclass(frozen=True)
class Glance:
    """What the head says, as far as it was looked at; "" where it says nothing."""

    sender: str
    subject: str
    date: str


def glance(raw: bytes) -> Glance:
    """Return what stands in the first lines of a mail."""
    head = headers.split(raw[:_LOOKED_AT].replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    said = [headers.text_of(headers.first(head, name)[:2000])[:_SHOWN] for name in ("from", "subject", "date")]
    return Glance(*said)
