"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Incidents(AppConfig):
    name = "firstline.core.incidents"
    label = "incidents"
