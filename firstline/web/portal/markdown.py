"""Articles are written in Markdown and shown as clean HTML."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_READER = MarkdownIt("js-default", {"html": False, "linkify": False})
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def html(markdown: str) -> SafeString:
    """Return Markdown as HTML that holds nothing but words, links and lists."""
    clean = nh3.clean(
        _READER.render(markdown), tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"}
    )
    return mark_safe(clean)
