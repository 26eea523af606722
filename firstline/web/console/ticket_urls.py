"""Addresses of a ticket's page and of what can be done on it."""

from __future__ import annotations

from firstline.web.console.ticket.urls import urlpatterns

__all__ = ["urlpatterns"]
