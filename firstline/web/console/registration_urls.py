"""Addresses of taking down a call, a visit or a word in the corridor."""

from __future__ import annotations

from django.urls import path

from firstline.web.console import registration

urlpatterns = [
    path("new", registration.register, name="register"),
    path("new/people", registration.people, name="people"),
    path("new/caller", registration.caller, name="caller"),
    path("new/service", registration.service, name="service"),
    path("new/<int:number>", registration.registered, name="registered"),
]
