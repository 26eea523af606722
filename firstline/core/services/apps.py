"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Services(AppConfig):
    name = "firstline.core.services"
    label = "services"
