"""Addresses of set-up, under the key of the desk; each page has a list of its own."""

from __future__ import annotations

from django.urls import include, path

from firstline.web.setup import arrival, arrivals, desk, home, intake, mailboxes, stuck, teams

app_name = "setup"
of_desk = [
    path("", home.home, name="home"),
    *desk.urlpatterns,
    *mailboxes.urlpatterns,
    *intake.urlpatterns,
    *arrivals.urlpatterns,
    *arrival.urlpatterns,
    *stuck.urlpatterns,
    *teams.urlpatterns,
]
urlpatterns = [
    path("", home.first, name="first"),
    path("<slug:desk_key>/", include(of_desk)),
]
