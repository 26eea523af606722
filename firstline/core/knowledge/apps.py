"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Knowledge(AppConfig):
    name = "firstline.core.knowledge"
    label = "knowledge"
