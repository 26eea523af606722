"""Addresses of figures, below the console's."""

from __future__ import annotations

from django.urls import path

from firstline.web.insight import views

app_name = "insight"
urlpatterns = [
    path("", views.supervisor, name="supervisor"),
    path("wallboard", views.wallboard, name="wallboard"),
    path("tickets", views.tickets, name="tickets"),
]
