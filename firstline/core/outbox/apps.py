"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Outbox(AppConfig):
    name = "firstline.core.outbox"
    label = "outbox"
