"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Insight(AppConfig):
    name = "firstline.core.insight"
    label = "insight"
