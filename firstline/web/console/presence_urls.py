"""Addresses of presence and of the change of shift."""

from __future__ import annotations

from django.urls import path

from firstline.web.console import presence

urlpatterns = [
    path("away", presence.away, name="away"),
    path("back", presence.back, name="back"),
    path("shift-change", presence.shift_change, name="shift-change"),
    path("shift-change/<int:team_id>/acceptance", presence.accept_shift, name="accept-shift"),
]
