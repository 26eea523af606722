"""Addresses of the portal."""

from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

app_name = "portal"
urlpatterns = [
    path("", TemplateView.as_view(template_name="portal/base.html"), name="home"),
]
