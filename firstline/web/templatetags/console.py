"""What the console's frame asks of the request: the list a ticket was opened from, and whether one registers."""

from __future__ import annotations

from typing import Any

from django import template

from firstline.web.console import frame

register = template.Library()


@register.simple_tag(takes_context=True)
def list_address(context: dict[str, Any]) -> str:
    """Return the address of the list behind the page, from the address of the page itself."""
    return frame.list_address(context["request"].GET)


@register.simple_tag(takes_context=True)
def may_register(context: dict[str, Any]) -> bool:
    """Return whether the person registers requests for others."""
    scope = getattr(context["request"], "scope", None)
    return scope is not None and frame.may_register(scope)
