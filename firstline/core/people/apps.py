"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class People(AppConfig):
    name = "firstline.core.people"
    label = "people"
