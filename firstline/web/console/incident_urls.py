"""Addresses of major incidents."""

from __future__ import annotations

from django.urls import path

from firstline.web.console import incidents

urlpatterns = [
    path("incidents/", incidents.index, name="incidents"),
    path("incidents/proposals/<int:pk>/declaration", incidents.declare, name="proposal-declaration"),
    path("incidents/proposals/<int:pk>/dismissal", incidents.dismiss, name="proposal-dismissal"),
    path("tickets/<int:number>/parts", incidents.parts, name="parts"),
]
