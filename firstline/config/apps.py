"""Registers the checks of the settings, and lends a translator to the code that knows no Django."""

import importlib

from django.apps import AppConfig
from django.utils.translation import gettext

from firstline.core.kernel import words


class Config(AppConfig):
    name = "firstline.config"
    label = "firstline_config"

    def ready(self) -> None:
        words.lend(gettext)
        importlib.import_module("firstline.config.checks")  # which register themselves
