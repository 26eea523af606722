"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Mail(AppConfig):
    name = "firstline.core.mail"
    label = "mail"
