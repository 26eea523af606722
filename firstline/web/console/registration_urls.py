"""Addresses of registering a call, a visit or a word in the corridor."""

from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

from firstline.web.console.access import staff

urlpatterns = [path("new", staff(TemplateView.as_view(template_name="console/base.html")), name="register")]
