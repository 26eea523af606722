"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Journal(AppConfig):
    name = "firstline.core.journal"
    label = "journal"
