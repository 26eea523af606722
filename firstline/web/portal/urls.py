"""Addresses of the portal. A request has two: by number for those signed in, by signed link for guests."""

from __future__ import annotations

from django.urls import include, path

from firstline.web.portal import deeds, leaving, outages, profile, views

app_name = "portal"

_of_a_request = [
    path("reply", deeds.reply),
    path("confirmation", deeds.confirm),
    path("still-broken", deeds.still_broken),
    path("withdrawal", deeds.withdraw),
    path("rating", deeds.rating),
    path("people", deeds.people),
    path("files/<int:pk>", deeds.attachment),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("suggestions", views.suggest, name="suggestions"),
    path("ask/<slug:key>/", views.ask, name="ask"),
    path("sent/<str:token>/", views.sent, name="sent"),
    path("outages/<int:pk>/", outages.outage, name="outage"),
    path("answers/", views.answers, name="answers"),
    path("answers/<slug:key>/", views.article, name="article"),
    path("profile/", profile.profile, name="profile"),
    path("requests/", views.requests, name="requests"),
    path("requests/<int:number>/", deeds.page, name="request"),
    path("requests/<int:number>/", include(_of_a_request)),
    path("leave/<str:token>/", leaving.leave, name="leave"),
    path("link/<str:token>/", deeds.page, name="link"),
    path("link/<str:token>/", include(_of_a_request)),
]
