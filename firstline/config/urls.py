"""Every address of the desk begins here."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from firstline.web import files, health, invitations, rota, views

urlpatterns = [
    path("", include("firstline.web.portal.urls")),
    path("console/setup/", include("firstline.web.setup.urls")),
    path("console/insight/", include("firstline.web.insight.urls")),
    path("console/", include("firstline.web.console.urls")),
    path("accounts/password/reset/", invitations.forgotten, name="account_reset_password"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
    path("accounts/", include("allauth.urls")),
    path("", include("firstline.api.urls")),
    path("files/<int:pk>/<path:name>", files.show, name="file"),
    path("rota/<str:signed>.ics", rota.show, name="rota-feed"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
]

if settings.DEBUG:
    urlpatterns.append(path("styleguide", views.styleguide, name="styleguide"))
