"""Addresses of the queue."""

from __future__ import annotations

from django.urls import path

from firstline.web.console import queue

urlpatterns = [
    path("", queue.index, name="queue"),
    path("next", queue.take_next, name="take-next"),
    path("filter", queue.choosing, name="filter"),
]
