"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Intake(AppConfig):
    name = "firstline.core.intake"
    label = "intake"
