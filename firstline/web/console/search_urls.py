"""Addresses of finding."""

from __future__ import annotations

from django.urls import path

from firstline.web.console import search

urlpatterns = [path("search", search.search, name="search")]
