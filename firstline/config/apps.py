"""Registers the checks of the settings."""

import importlib

from django.apps import AppConfig


class Config(AppConfig):
    name = "firstline.config"
    label = "firstline_config"

    def ready(self) -> None:
        importlib.import_module("firstline.config.checks")  # which register themselves
