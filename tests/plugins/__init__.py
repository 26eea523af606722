"""Fixtures and rules that hold for the whole suite."""
