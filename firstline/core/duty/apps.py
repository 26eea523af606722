"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Duty(AppConfig):
    name = "firstline.core.duty"
    label = "duty"
