"""Addresses of the console."""

from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

app_name = "console"
urlpatterns = [
    path("", TemplateView.as_view(template_name="console/base.html"), name="queue"),
]
