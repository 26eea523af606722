"""What every template may use: icons, clocks and instants in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from firstline.web import wording

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """Return the icon `name` of the sprite; it is decoration, the words stand beside it."""
    return _icon(name, css, static("icons.svg"))


@cache
def _icon(name: str, css: str, sprite: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f"icon {css}".strip(),
        sprite,
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
def ring(percent: int) -> SafeString:
    """Return a ring of which `percent` is still there."""
    return format_html(
        '<svg class="ring" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6"/>'
        '<circle cx="8" cy="8" r="6" pathLength="100" stroke-dasharray="{} 100"/></svg>',
        percent,
    )


@register.filter
def ago(at: datetime | None) -> SafeString | str:
    """Return how long ago an instant was, with the exact instant on hover."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.instant(at), wording.ago(at, timezone.now())
    )


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Return an instant as people say it: "today 14:30", with the exact instant on hover."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), wording.instant(at), wording.moment(at, timezone.now())
    )


@register.filter
def initials(name: object) -> str:
    """Return the first letters of the first two words of a name."""
    return "".join(word[0] for word in str(name or "").split()[:2])


@register.filter
def lookup(values: Mapping[Any, Any], key: Any) -> Any:
    """Return `values[key]`, or nothing."""
    return values.get(key, "")
