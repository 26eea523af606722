"""Addresses of set-up, under the key of the desk; each page has a list of its own."""

from __future__ import annotations

from django.urls import include, path

from firstline.web.setup import (
    abilities,
    arrival,
    arrivals,
    asks,
    blocklist,
    calendars,
    categories,
    copies,
    desk,
    escalations,
    filter_test,
    filters,
    home,
    instructions,
    intake,
    mail_keys,
    mailboxes,
    needs,
    notices,
    organisations,
    people,
    practices,
    promises,
    rota,
    rules,
    service_form,
    services,
    sites,
    stuck,
    teams,
    tiers,
    tokens,
)

app_name = "setup"
# One line a page: its module, which has its addresses.
PAGES = (
    desk,
    people,
    teams,
    organisations,
    sites,
    tokens,
    services,
    service_form,
    categories,
    instructions,
    promises,
    copies,
    rules,
    tiers,
    escalations,
    calendars,
    rota,
    practices,
    asks,
    abilities,
    needs,
    mailboxes,
    mail_keys,
    intake,
    arrivals,
    arrival,
    filters,
    filter_test,
    blocklist,
    notices,
    stuck,
)
of_desk = [path("", home.home, name="home"), *(one for page in PAGES for one in page.urlpatterns)]
urlpatterns = [
    path("", home.first, name="first"),
    path("<slug:desk_key>/", include(of_desk)),
]
