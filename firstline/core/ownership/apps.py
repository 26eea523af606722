"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Ownership(AppConfig):
    name = "firstline.core.ownership"
    label = "ownership"
