"""The HTML of a mail made fit to be looked at: cleaned, its own pictures put in, remote ones left out until asked for.

What comes out is shown in a frame of its own that runs nothing and fetches nothing; this is the first wall of two.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import nh3
from django.utils.html import escape

_TAGS = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1", "h2", "h3", "h4",
    "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_DROPPED = {"script", "style", "title", "noscript", "template", "xmp", "iframe", "object", "svg", "math"}
_EVERYWHERE = {"align", "bgcolor", "color", "dir", "height", "lang", "style", "title", "valign", "width"}
_ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href"},
    "font": {"face", "size"},
    "img": {"alt", "src", "border"},
    "ol": {"start", "type"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan", "nowrap"},
    "th": {"colspan", "rowspan", "nowrap"},
}
# Nothing that moves a thing out of its place or names an address.
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display",
    "font", "font-family", "font-size", "font-style", "font-variant", "font-weight", "height", "letter-spacing",
    "line-height", "list-style-type", "margin", "margin-bottom", "margin-left", "margin-right", "margin-top",
    "max-width", "min-width", "padding", "padding-bottom", "padding-left", "padding-right", "padding-top",
    "text-align", "text-decoration", "text-indent", "text-transform", "vertical-align", "white-space", "width",
    "word-break", "word-wrap",
}  # fmt: skip
_FETCHES = re.compile(r"url\s*\(|@import|expression\s*\(|\\", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_LEADS = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)
_REMOTE = re.compile(r"https?://", re.IGNORECASE)
_LOOK = """
:root{color-scheme:light}
body{margin:16px;background:#fff;color:#1b1d24;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}
blockquote{margin:0 0 0 12px;padding-left:12px;border-left:2px solid #ccc}
"""
# Nothing runs, nothing is fetched, nothing is sent; links open in a window of their own.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:{pictures}; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True)
class Cleaned:
    """HTML that may be shown in the frame, and how many pictures from elsewhere were left out of it."""

    html: str
    remote: int


def clean(html: str, pictures: Mapping[str, str], *, remote: bool = False) -> Cleaned:
    """Return a mail's HTML cleaned.

    pictures  what `cid:` names: a content id to a data: address
    remote    whether pictures from elsewhere are let in
    """
    left_out = 0

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal left_out
        if name == "style":
            return None if _FETCHES.search(value) else value
        if name == "href":
            return value if _LEADS.match(value.strip()) else None
        if (tag, name) != ("img", "src"):
            return value
        source = _source(value, pictures)
        if source is None and _REMOTE.match(value.strip()):
            left_out += not remote
            return value if remote else None
        return source

    cleaned = nh3.clean(
        html, tags=_TAGS, clean_content_tags=_DROPPED, attributes=_ATTRIBUTES, attribute_filter=attribute,
        filter_style_properties=_STYLES, url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}}, link_rel="noopener noreferrer nofollow",
    )  # fmt: skip
    return Cleaned(cleaned, left_out)


def plain(text: str) -> str:
    """Return a plain text as it may be shown in the frame."""
    return f"<pre>{escape(text)}</pre>"


def document(body: str, *, language: str) -> str:
    """Return the frame's document around a clean body."""
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8"><title></title>'
        f"<style>{_LOOK}</style></head><body>{body}</body></html>"
    )


def headers(*, remote: bool = False) -> dict[str, str]:
    """Return the headers under which the document is sent."""
    return {
        "Content-Security-Policy": _POLICY.format(pictures=" https: http:" if remote else ""),
        "X-Frame-Options": "SAMEORIGIN",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "private, no-store",
    }


def _source(value: str, pictures: Mapping[str, Any]) -> str | None:
    """Return where a picture of the mail itself is, None for one from elsewhere or of a kind that is not shown."""
    address = value.strip()
    if address.lower().startswith("cid:"):
        return pictures.get(unquote(address[4:]).strip("<> "))
    return address if _PICTURE.fullmatch(address) else None
