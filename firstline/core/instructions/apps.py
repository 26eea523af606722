"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Instructions(AppConfig):
    name = "firstline.core.instructions"
    label = "instructions"
