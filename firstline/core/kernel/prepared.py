"""SQL that is asked with every request."""

from __future__ import annotations


class Prepared(str):
    """A statement that the database keeps ready between two askings: read and planned once, then only given values.

    Its text never varies: whatever differs from one asking to the next is a value (%s). A value that may be
    null belongs where the type is known from a column beside it.
    """

    __slots__ = ()
