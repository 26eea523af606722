"""Tells Django where this feature's tables are."""

from django.apps import AppConfig


class Tickets(AppConfig):
    name = "firstline.core.tickets"
    label = "tickets"
