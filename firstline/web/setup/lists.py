"""Pages that list things: each a line with its name, a few words, signs, and what can be done to it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.safestring import SafeString

from firstline.web.setup import frame
from firstline.web.setup.access import Manager

Words = Any  # a text, or one that is translated when it is shown


@dataclass(frozen=True, slots=True)
class Sign:
    """A chip on a line: its word, tone (a status, or "still") and icon."""

    word: Words
    tone: str = "still"
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """A button on a line: posted to its address; `sure` is what is asked before."""

    word: Words
    href: str
    icon: str = ""
    danger: bool = False
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list.

    title   what it is called
    href    where it is looked at or changed; "" if nowhere
    about   a few words under the title, in parts that are set apart by dots
    faded   whether it is over, or not in use
    """

    title: Words
    href: str = ""
    about: Sequence[Words | SafeString] = ()
    signs: Sequence[Sign] = ()
    deeds: Sequence[Deed] = ()
    icon: str = ""
    avatar: str = ""
    faded: bool = False


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says: that there is nothing, and what to do next."""

    title: Words
    words: Words = ""
    icon: str = "inbox"


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from a list: to make something new, or to further lines."""

    word: Words
    href: str
    icon: str = "plus"


def page(
    http: Manager, place: str, *, title: Words, rows: Sequence[Row], empty: Empty, about: Words = "",
    new: Link | None = None, links: Sequence[Link] = (), more: str = "", template: str = "setup/list.html",
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Return a page that lists `rows`.

    about   a sentence under the title: what these things are for
    new     the button that makes one; `links` stand beside it, less loud
    more    the address of the next page, "" on the last
    """
    whole = {
        "title": title, "rows": rows, "empty": empty, "about": about, "new": new, "links": links, "more": more,
        **context,
    }  # fmt: skip
    return frame.page(http, place, template, whole)
