"""Walking a desk by its links, as a reader would: one page of each kind that anything links to."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve


class _Links(HTMLParser):
    """Collects the addresses that a page's links lead to, those of its fragments and feeds too."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value for name in ("href", "hx-get") if tag != "link" and (value := named.get(name))]


def links(page: str, at: str) -> list[str]:
    """Return the addresses within the desk that a page links to, seen from `at`."""
    reader = _Links()
    reader.feed(page)
    joined = (urljoin(at, each).partition("#")[0] for each in reader.found if not each.startswith("#"))
    return [each for each in joined if each.startswith("/") and not each.startswith("/static/")]


def kind(address: str) -> str | None:
    """Return which page it is and by which words it is asked: all tickets are one kind, a filter is another."""
    split = urlsplit(address)
    try:
        view = resolve(split.path).view_name
    except Resolver404:
        return None
    asked = "&".join(sorted(parse_qs(split.query, keep_blank_values=True)))
    return f"{view}?{asked}" if asked else view


@dataclass(frozen=True)
class Met:
    """One answer of a walk; `page` is its text if it is HTML, and `whole` whether it is a page and no fragment."""

    address: str
    status: int
    page: str = ""

    @property
    def whole(self) -> bool:
        return self.page.lstrip().lower().startswith("<!doctype")


def walk(client: Client, *starts: str) -> list[Met]:
    """Return what came of one address of each kind that is linked from the starts, and from there on."""
    waiting, met = deque(starts), dict[str, Met]()
    while waiting:
        address = waiting.popleft()
        named = kind(address)
        if named is None or named in met:
            continue
        answer = client.get(address)
        page = answer.content.decode() if "html" in answer.get("Content-Type", "") else ""
        met[named] = Met(address, answer.status_code, page)
        waiting += links(page, address)
    return list(met.values())
