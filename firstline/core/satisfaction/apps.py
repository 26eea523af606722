"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Satisfaction(AppConfig):
    name = "firstline.core.satisfaction"
    label = "satisfaction"
