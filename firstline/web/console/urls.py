"""Addresses of the console; each subject has a list of its own."""

from __future__ import annotations

from firstline.web.console import (
    incident_urls,
    presence_urls,
    queue_urls,
    registration_urls,
    search_urls,
    ticket_urls,
)

app_name = "console"
urlpatterns = [
    *queue_urls.urlpatterns,
    *incident_urls.urlpatterns,
    *presence_urls.urlpatterns,
    *search_urls.urlpatterns,
    *registration_urls.urlpatterns,
    *ticket_urls.urlpatterns,
]
