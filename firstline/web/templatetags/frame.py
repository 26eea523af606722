"""What every template may use: icons, clocks and instants in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from firstline.core.kernel.texts import pick
from firstline.web import naming, wording
from firstline.web.sprite import ICONS

register = template.Library()
_BARS = mark_safe(
    '<svg class="bars" viewBox="0 0 14 14" aria-hidden="true"><rect x="0" y="9" width="2.5" height="5" rx="1"/>'
    '<rect x="3.8" y="6" width="2.5" height="8" rx="1"/><rect x="7.6" y="3" width="2.5" height="11" rx="1"/>'
    '<rect x="11.4" y="0" width="2.5" height="14" rx="1"/></svg>'
)
_DRAWN = frozenset(ICONS)
# A word within a sentence: a word before it, no full stop.
_LATER_WORD = re.compile(r"(?<=\w )\w+")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return the icon `name` of the sprite; it is decoration, the words stand beside it."""
    return _icon(name if name in _DRAWN else "life-buoy", css)


@cache
def _icon(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        static("icons.svg"),
        name,
    )


@register.simple_tag
def clock(due_at: datetime | None, began_at: datetime | None = None, now: datetime | None = None) -> SafeString:
    """Return a due instant as a ring and words: "42 min left", ticking in the browser."""
    if due_at is None:
        return format_html('<span class="clock faint">{}</span>', wording.NO_PROMISE)
    now = now or timezone.now()
    return format_html(
        '<due-time class="clock" at="{}" from="{}" data-tone="{}" title="{}">{}<span>{}</span></due-time>',
        due_at.isoformat(),
        began_at.isoformat() if began_at else "",
        wording.tone_of(due_at, began_at, now),
        wording.instant(due_at),
        ring(wording.share_left(due_at, began_at, now)),
        wording.left(due_at, now),
    )


@register.simple_tag
@cache
def ring(percent: int) -> SafeString:
    """Return a ring of which `percent` is still there."""
    return format_html(
        '<svg class="ring" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/>'
        '<circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>',
        percent,
    )


@register.filter
def sentence(title: str) -> SafeString:
    """Return "Change Password", already escaped, as "Change password", the way every heading of ours is written."""
    return mark_safe(_LATER_WORD.sub(lambda word: word[0].lower() if word[0].istitle() else word[0], title))


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """Return how long ago an instant was, with the exact instant on hover."""
    if at is None:
        return ""
    return _time(at, wording.ago(at, timezone.now()))


def _time(at: datetime, words: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.instant(at), words)


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Return an instant as people say it: "today 14:30", with the exact instant on hover."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        wording.instant(at),
        wording.moment(at, timezone.now()),
    )


@register.filter
def minutes(length: timedelta) -> int:
    """Return whole minutes of a stretch of time."""
    return int(length.total_seconds() // 60)


@register.filter
def exactly(at: datetime | None) -> SafeString | str:
    """Return an instant to the second on the reader's clock, as it can be added up: 2026-03-02 09:00:00."""
    return _time(at, f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}") if at else ""


@register.filter
def wall_hours(hours: Iterable[tuple[int, int]]) -> str:
    """Return hours in seconds of the day as "09:00-13:00, 14:00-18:00"."""
    clocks = [[f"{edge // 3600 % 24:02}:{edge // 60 % 60:02}" for edge in pair] for pair in hours]
    return ", ".join("\u2013".join(pair) for pair in clocks)


@register.filter
def initials(name: object) -> str:
    """Return the first letters of the first two words of a name."""
    return "".join(word[0] for word in str(name or "").split()[:2])


@register.filter
def words(translations: Mapping[str, str] | None) -> str:
    """Return what a mapping of language to text says in the language of the page."""
    return pick(translations or {}, translation.get_language() or "en")


@register.simple_tag
def state(key: str, reader: str = "") -> SafeString:
    """Return a state as a chip; `reader` "requester" says it in a requester's words."""
    names = naming.STATES_FOR_REQUESTER if reader == "requester" else naming.STATES
    name = names[key]
    return format_html('<span class="chip" data-tone="{}">{}{}</span>', name.tone, icon(name.icon), name.word)


@register.simple_tag
def priority(level: int, *, bare: bool = False) -> SafeString:
    """Return a priority, 1 to 4, as rising bars and its word; `bare` leaves the word to the title."""
    word = naming.PRIORITIES[level]
    return format_html(
        '<span class="priority" data-level="{}" title="{}">{}<span{}>{}</span></span>',
        level,
        word,
        _BARS,
        mark_safe(' class="visually-hidden"') if bare else "",
        word,
    )


@register.filter
def lookup(values: Mapping[Any, Any], key: Any) -> Any:
    """Return `values[key]`, or nothing."""
    return values.get(key, "")


@register.simple_tag(takes_context=True)
def drawn(context: Mapping[str, Any], button: Any, css: str) -> SafeString:
    """Return a button that draws itself, with the page's token against forgery."""
    return mark_safe(str(button.drawn(css, context["csrf_token"])))


@register.simple_tag(takes_context=True)
def list_address(context: Mapping[str, Any]) -> str:
    """Return the address of the list that a ticket was opened from; it stands in the ticket's own address."""
    query = context["request"].GET
    address = reverse("console:search" if query.get("q") else "console:queue")
    return f"{address}?{query.urlencode()}" if query else address
