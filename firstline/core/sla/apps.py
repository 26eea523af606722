"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Sla(AppConfig):
    name = "firstline.core.sla"
    label = "sla"
