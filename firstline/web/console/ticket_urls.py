"""Addresses of a ticket's page and of what can be done on it."""

from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

from firstline.web.console.access import staff

urlpatterns = [
    path("tickets/<int:number>", staff(TemplateView.as_view(template_name="console/base.html")), name="ticket"),
]
