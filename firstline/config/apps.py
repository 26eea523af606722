"""Registers the checks of the settings."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "firstline.config"
    label = "firstline_config"
