"""How much one mail may hold before it is refused instead of read."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.core.kernel.refusals import Refused, _


class TooMuch(Refused):
    """The mail passes a bound; its bytes are kept all the same."""


@dataclass(frozen=True)
class Bounds:
    """What a reader of mail accepts; the numbers are far above any honest mail."""

    header_bytes: int = 1_000_000
    parts: int = 1_000
    depth: int = 50
    addresses: int = 2_000
    inflated_bytes: int = 200_000_000

    def check_header(self, size: int) -> None:
        """Refuse header fields, of all parts together, of more than `header_bytes`."""
        if size > self.header_bytes:
            raise TooMuch(_("The header of the mail is longer than %(most)s bytes."), most=str(self.header_bytes))

    def check_parts(self, count: int) -> None:
        """Refuse a mail of more than `parts` parts."""
        if count > self.parts:
            raise TooMuch(_("The mail has more than %(most)s parts."), most=str(self.parts))

    def check_depth(self, depth: int) -> None:
        """Refuse parts nested deeper than `depth`."""
        if depth > self.depth:
            raise TooMuch(_("The parts of the mail are nested deeper than %(most)s."), most=str(self.depth))

    def check_addresses(self, count: int) -> None:
        """Refuse a header that names more than `addresses` mailboxes."""
        if count > self.addresses:
            raise TooMuch(_("A header of the mail names more than %(most)s addresses."), most=str(self.addresses))

    def check_inflated(self, size: int) -> None:
        """Refuse files that are, once unpacked, larger than `inflated_bytes` together."""
        if size > self.inflated_bytes:
            raise TooMuch(_("The mail is, unpacked, larger than %(most)s bytes."), most=str(self.inflated_bytes))
