"""The pages as a Django application."""

from django.apps import AppConfig


class Web(AppConfig):
    name = "firstline.web"
    label = "firstline_web"
