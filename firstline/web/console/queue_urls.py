"""Addresses of the queue."""

from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

from firstline.web.console.access import staff

urlpatterns = [
    path("", staff(TemplateView.as_view(template_name="console/base.html")), name="queue"),
]
